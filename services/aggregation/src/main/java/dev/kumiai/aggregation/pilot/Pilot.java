package dev.kumiai.aggregation.pilot;

import dev.kumiai.core.PilotId;
import dev.kumiai.protocol.pilot.PilotSpec;
import java.time.Instant;

/// One pilot: what was asked for and where it stands.
public record Pilot(PilotId id, PilotSpec spec, Instant created, PilotState state) {

  public Pilot in(PilotState next) {
    return new Pilot(id, spec, created, next);
  }
}
