package dev.kumiai.aggregation.pilot;

import dev.kumiai.protocol.pilot.PilotPhase;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Where a pilot stands. A transition is a method of the state that permits it.
///
/// ```
/// Running -> Succeeded | Failed | Cancelled
/// ```
public sealed interface PilotState {

  /// What its users call it.
  PilotPhase phase();

  /// Why it failed or was cancelled; null otherwise.
  default @Nullable String reason() {
    return null;
  }

  /// Its runs go on, one after another; which is next follows from those that were started.
  record Running() implements PilotState {
    @Override
    public PilotPhase phase() {
      return PilotPhase.RUNNING;
    }

    public Succeeded succeed(Instant at) {
      return new Succeeded(at);
    }

    public Failed fail(String reason, Instant at) {
      return new Failed(reason, at);
    }

    public Cancelled cancel(String reason, Instant at) {
      return new Cancelled(reason, at);
    }
  }

  /// Nothing happens any more.
  sealed interface Over extends PilotState {
    Instant finished();
  }

  /// Every run is over.
  record Succeeded(Instant finished) implements Over {
    @Override
    public PilotPhase phase() {
      return PilotPhase.SUCCEEDED;
    }
  }

  /// No further run could be started, or none would come to anything.
  record Failed(String reason, Instant finished) implements Over {
    @Override
    public PilotPhase phase() {
      return PilotPhase.FAILED;
    }
  }

  /// Somebody asked for the end.
  record Cancelled(String reason, Instant finished) implements Over {
    @Override
    public PilotPhase phase() {
      return PilotPhase.CANCELLED;
    }
  }
}
