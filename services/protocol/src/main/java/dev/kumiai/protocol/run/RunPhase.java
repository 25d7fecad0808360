package dev.kumiai.protocol.run;

/// Where a run stands.
public enum RunPhase {
  /// The first weights are being made.
  INITIALIZING,
  /// Sites make their generated data sets.
  GENERATING,
  /// Rounds go on.
  TRAINING,
  /// Waits until somebody asks for the next round; rounds of the run are triggered manually.
  READY,
  /// On hold until somebody resumes it; its `reason` says why.
  SUSPENDED,
  /// The last round is over and its model is the run's result.
  SUCCEEDED,
  /// The run cannot go on; its `reason` says why.
  FAILED,
  /// Somebody asked for the end.
  CANCELLED;

  /// Whether nothing will happen any more.
  public boolean isTerminal() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }
}
