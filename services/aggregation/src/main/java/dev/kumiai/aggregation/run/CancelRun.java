package dev.kumiai.aggregation.run;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import org.jboss.logging.Logger;

/// Ends a run that nobody wants any more.
@ApplicationScoped
public class CancelRun {

  private static final Logger LOG = Logger.getLogger(CancelRun.class);

  private static final String REASON = "cancelled by a user";

  private final RunStore runs;
  private final Event<RunChanged> runChanged;
  private final Clock clock;

  CancelRun(RunStore runs, Event<RunChanged> runChanged, Clock clock) {
    this.runs = runs;
    this.runChanged = runChanged;
    this.clock = clock;
  }

  /// Cancels a run; one that was cancelled before stays so.
  ///
  /// @throws KumiaiException.Conflict `run-over` when it succeeded or failed already
  @Transactional
  public Run cancel(RunId id) {
    Run run = runs.lock(id).orElseThrow(() -> Runs.unknown(id));
    return switch (run.state()) {
      case RunState.Active active -> cancelled(run, active.cancel(REASON, clock.instant()));
      case RunState.Suspended held -> cancelled(run, held.cancel(REASON, clock.instant()));
      case RunState.Cancelled _ -> run;
      case RunState.Succeeded _, RunState.Failed _ ->
          throw new KumiaiException.Conflict(
              "run-over", "run " + id + " is over already: nothing is left to cancel");
    };
  }

  private Run cancelled(Run run, RunState.Cancelled state) {
    Run cancelled = run.in(state);
    runs.save(cancelled);
    runChanged.fire(new RunChanged(run.id()));
    LOG.infof("run cancelled run=%s round=%d", run.id(), state.round());
    return cancelled;
  }
}
