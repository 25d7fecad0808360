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
      case RunState.Active active -> {
        Run cancelled = run.in(active.cancel("cancelled by a user", clock.instant()));
        runs.save(cancelled);
        runChanged.fire(new RunChanged(id));
        LOG.infof("run cancelled run=%s round=%d", id, active.round());
        yield cancelled;
      }
      case RunState.Cancelled _ -> run;
      case RunState.Succeeded _, RunState.Failed _ ->
          throw new KumiaiException.Conflict(
              "run-over", "run " + id + " is over already: nothing is left to cancel");
    };
  }
}
