package dev.kumiai.aggregation.pilot;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.PilotId;
import dev.kumiai.protocol.pilot.PilotSpec;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import org.jboss.logging.Logger;

/// Starts a pilot.
@ApplicationScoped
public class CreatePilot {

  private static final Logger LOG = Logger.getLogger(CreatePilot.class);

  private final PilotStore pilots;
  private final PilotCheck check;
  private final Event<PilotChanged> pilotChanged;
  private final Clock clock;

  CreatePilot(PilotStore pilots, PilotCheck check, Event<PilotChanged> pilotChanged, Clock clock) {
    this.pilots = pilots;
    this.check = check;
    this.pilotChanged = pilotChanged;
    this.clock = clock;
  }

  /// Records a pilot; the engine takes it from there.
  ///
  /// @param mistakes found while the spec was read, by JSON pointer
  /// @throws KumiaiException.Invalid `pilot-spec-invalid` with every mistake
  @Transactional
  public Pilot create(PilotSpec spec, List<Violation> mistakes) {
    List<Violation> violations = check.violations(spec, mistakes);
    if (!violations.isEmpty()) {
      throw invalid(violations);
    }
    Pilot pilot = new Pilot(PilotId.random(), spec, clock.instant(), new PilotState.Running());
    pilots.add(pilot);
    pilotChanged.fire(new PilotChanged(pilot.id()));
    LOG.infof(
        "pilot created pilot=%s name=\"%s\" runs=%d",
        pilot.id(), spec.name(), new PilotPlan(spec).size());
    return pilot;
  }

  /// The refusal of a spec.
  public static KumiaiException.Invalid invalid(List<Violation> violations) {
    return new KumiaiException.Invalid(
        "pilot-spec-invalid",
        "the spec of the pilot has mistakes: correct them and send it again",
        violations);
  }
}
