package dev.kumiai.protocol.pilot;

/// Where a pilot stands.
public enum PilotPhase {
  /// Its runs go on, one after another.
  RUNNING,
  /// Every run is over.
  SUCCEEDED,
  /// It cannot go on; its `reason` says why.
  FAILED,
  /// Somebody asked for the end.
  CANCELLED;

  /// Whether nothing will happen any more.
  public boolean isTerminal() {
    return this != RUNNING;
  }
}
