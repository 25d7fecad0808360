package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunEntered;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.run.Standing;
import dev.kumiai.aggregation.run.StandingStore;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.aggregation.task.TaskStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Moves runs from stage to stage, opens the rounds that begin with one, gives up stages that
/// nobody can answer, and leaves nothing open of a run that is over. Every call belongs to a
/// transaction of the caller.
@ApplicationScoped
class Stages {

  private static final Logger LOG = Logger.getLogger(Stages.class);

  private final RunStore runs;
  private final RoundStore rounds;
  private final TaskStore tasks;
  private final StandingStore standings;
  private final Event<RunEntered> entered;
  private final Clock clock;

  Stages(
      RunStore runs,
      RoundStore rounds,
      TaskStore tasks,
      StandingStore standings,
      Event<RunEntered> entered,
      Clock clock) {
    this.runs = runs;
    this.rounds = rounds;
    this.tasks = tasks;
    this.standings = standings;
    this.entered = entered;
    this.clock = clock;
  }

  /// Records the state that a run is in now.
  Run enter(Run run) {
    runs.save(run);
    entered.fire(new RunEntered(run.id()));
    if (run.state() instanceof RunState.Training training) {
      rounds.save(run.id(), Round.started(training.round(), run.incarnation(), training.since()));
    }
    if (run.state() instanceof RunState.Over over) {
      closeTasks(run);
      closeRounds(run, over);
    }
    LOG.infof(
        "run entered run=%s round=%d incarnation=%d state=%s",
        run.id(), run.state().round(), run.incarnation(), run.state().getClass().getSimpleName());
    return run;
  }

  /// Ends a run that cannot go on.
  void fail(Run run, RunState.Active active, String reason) {
    LOG.warnf("run failed run=%s round=%d reason=\"%s\"", run.id(), active.round(), reason);
    enter(run.in(active.fail(reason, clock.instant())));
  }

  /// Cancels every task of a run that is still wanted.
  void closeTasks(Run run) {
    tasks.open(run.id()).forEach(this::cancel);
  }

  /// From here on no answer to a task is accepted.
  void cancel(Task task) {
    if (task.state() instanceof TaskState.Open open) {
      tasks.save(task.in(open.cancel(clock.instant())));
    }
  }

  private void closeRounds(Run run, RunState.Over over) {
    rounds.of(run.id()).stream()
        .filter(round -> round.finished() == null)
        .forEach(round -> rounds.save(run.id(), round.finish(over.finished())));
  }

  /// A stage cannot be answered any more, which ends the run. Where sites are in quarantine a
  /// person can help, so the run waits for one.
  void giveUp(Run run, RunState.Waiting stage, String reason) {
    List<Standing> out = standings.quarantined(run.id());
    if (out.isEmpty()) {
      fail(run, stage, reason);
      return;
    }
    String who =
        out.stream()
            .limit(StageOutcome.MOST_NAMED)
            .map(site -> "'%s' (%s)".formatted(site.site(), reason(site)))
            .collect(Collectors.joining(", "));
    String others = out.size() > StageOutcome.MOST_NAMED ? " and others" : "";
    String why =
        "%s. In quarantine: %s%s. Release sites once they are mended, then retry the run"
            .formatted(reason, who, others);
    LOG.warnf("run suspended run=%s round=%d reason=\"%s\"", run.id(), stage.round(), why);
    enter(run.in(stage.suspend(why, clock.instant())));
  }

  private static String reason(Standing standing) {
    return standing.quarantine() == null ? "" : standing.quarantine().reason();
  }
}
