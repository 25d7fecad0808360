package dev.kumiai.aggregation.run;

import dev.kumiai.core.RunId;
import dev.kumiai.protocol.run.RunSpec;
import java.time.Instant;

/// One federated run: what was asked for and where it stands.
public record Run(RunId id, RunSpec spec, Instant created, RunState state) {

  public Run in(RunState next) {
    return new Run(id, spec, created, next);
  }
}
