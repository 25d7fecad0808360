package dev.kumiai.aggregation.pilot;

import dev.kumiai.aggregation.round.CancelRun;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.PilotId;
import dev.kumiai.core.RunId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import org.jboss.logging.Logger;

/// Ends a pilot that nobody wants any more, with the run of it that goes on.
@ApplicationScoped
public class CancelPilot {

  private static final Logger LOG = Logger.getLogger(CancelPilot.class);

  private static final String REASON = "cancelled by a user";

  private final PilotStore pilots;
  private final RunStore runs;
  private final CancelRun cancelRun;
  private final Clock clock;

  CancelPilot(PilotStore pilots, RunStore runs, CancelRun cancelRun, Clock clock) {
    this.pilots = pilots;
    this.runs = runs;
    this.cancelRun = cancelRun;
    this.clock = clock;
  }

  /// Cancels a pilot; one that was cancelled before stays so.
  ///
  /// @throws KumiaiException.Conflict `pilot-over` when it succeeded or failed already
  @Transactional
  public Pilot cancel(PilotId id) {
    Pilot pilot = pilots.lock(id).orElseThrow(() -> Pilots.unknown(id));
    return switch (pilot.state()) {
      case PilotState.Running running -> {
        Pilot cancelled = pilot.in(running.cancel(REASON, clock.instant()));
        pilots.save(cancelled);
        List<PilotRun> started = pilots.runs(id);
        if (!started.isEmpty()) {
          endRun(started.getLast().run());
        }
        LOG.infof("pilot cancelled pilot=%s runs=%d", id, started.size());
        yield cancelled;
      }
      case PilotState.Cancelled _ -> pilot;
      case PilotState.Succeeded _, PilotState.Failed _ ->
          throw new KumiaiException.Conflict(
              "pilot-over", "pilot " + id + " is over already: nothing is left to cancel");
    };
  }

  /// Locked before it is looked at: it may be about to end by itself.
  private void endRun(RunId run) {
    if (!(runs.lock(run).orElseThrow().state() instanceof RunState.Over)) {
      cancelRun.cancel(run);
    }
  }
}
