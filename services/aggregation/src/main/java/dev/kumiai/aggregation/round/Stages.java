package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.run.Standing;
import dev.kumiai.aggregation.run.StandingStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Moves runs from stage to stage, opens the rounds that begin with one, and gives up stages that
/// nobody can answer. Every call belongs to a transaction of the caller.
@ApplicationScoped
class Stages {

  private static final Logger LOG = Logger.getLogger(Stages.class);

  private final RunStore runs;
  private final RoundStore rounds;
  private final StandingStore standings;
  private final Clock clock;

  Stages(RunStore runs, RoundStore rounds, StandingStore standings, Clock clock) {
    this.runs = runs;
    this.rounds = rounds;
    this.standings = standings;
    this.clock = clock;
  }

  /// Records the state that a run is in now.
  Run enter(Run run) {
    runs.save(run);
    if (run.state() instanceof RunState.Training training) {
      rounds.save(run.id(), Round.started(training.round(), run.incarnation(), training.since()));
    }
    LOG.infof(
        "run entered run=%s round=%d incarnation=%d state=%s",
        run.id(), run.state().round(), run.incarnation(), run.state().getClass().getSimpleName());
    return run;
  }

  /// Ends a run that cannot go on.
  void fail(Run run, RunState.Active active, String reason) {
    LOG.warnf("run failed run=%s round=%d reason=\"%s\"", run.id(), active.round(), reason);
    runs.save(run.in(active.fail(reason, clock.instant())));
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
    runs.save(run.in(stage.suspend(why, clock.instant())));
  }

  private static String reason(Standing standing) {
    return standing.quarantine() == null ? "" : standing.quarantine().reason();
  }
}
