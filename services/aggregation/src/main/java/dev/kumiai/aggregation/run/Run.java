package dev.kumiai.aggregation.run;

import dev.kumiai.core.RunId;
import dev.kumiai.protocol.run.RunSpec;
import java.time.Instant;

/// One federated run: what was asked for and where it stands.
///
/// @param incarnation how often it was retried. It tells a round that is done again from the one
///   before, and fences what still goes on for that one
public record Run(RunId id, RunSpec spec, Instant created, int incarnation, RunState state) {

  public Run in(RunState next) {
    return new Run(id, spec, created, incarnation, next);
  }

  /// The same with another spec.
  Run with(RunSpec other) {
    return new Run(id, other, created, incarnation, state);
  }

  /// The same in its next incarnation.
  public Run again(RunState.Active next) {
    return new Run(id, spec, created, incarnation + 1, next);
  }
}
