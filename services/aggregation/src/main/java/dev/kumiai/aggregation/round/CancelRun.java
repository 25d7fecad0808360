package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunChanged;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.run.Runs;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;

/// Ends a run that nobody wants any more.
@ApplicationScoped
public class CancelRun {

  private static final String REASON = "cancelled by a user";

  private final RunStore runs;
  private final Stages stages;
  private final Event<RunChanged> runChanged;
  private final Clock clock;

  CancelRun(RunStore runs, Stages stages, Event<RunChanged> runChanged, Clock clock) {
    this.runs = runs;
    this.stages = stages;
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
    Run cancelled = stages.enter(run.in(state));
    runChanged.fire(new RunChanged(run.id()));
    return cancelled;
  }
}
