package dev.kumiai.aggregation.pilot;

import dev.kumiai.aggregation.pilot.RunFacts.Recorded;
import dev.kumiai.aggregation.round.Round;
import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunPhases;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskResult;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.core.Cost;
import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.pilot.PilotReport.RoundReport;
import dev.kumiai.protocol.pilot.PilotReport.RunCost;
import dev.kumiai.protocol.pilot.PilotReport.RunReport;
import dev.kumiai.protocol.pilot.PilotReport.SiteReport;
import dev.kumiai.protocol.task.TaskReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One run of a pilot as its report shows it.
final class RunReports {

  private static final double MILLIS = 1_000;

  private RunReports() {}

  /// @param now ends the time that a run has taken which goes on
  static RunReport of(PilotRun run, Recorded recorded, Measured measured, Instant now) {
    Run facts = recorded.run();
    PlannedRun planned = run.planned();
    return new RunReport(
        planned.number(),
        planned.repetition(),
        facts.spec().seed(),
        planned.arm(),
        planned.amount(),
        run.run(),
        RunPhases.of(facts.state()),
        RunPhases.reason(facts.state()),
        measured.byRound().isEmpty()
            ? null
            : Double.valueOf(measured.byRound().lastEntry().getValue().accuracy()),
        measured.classes(),
        measured.sites(),
        measured.sitesMeasured(),
        rounds(run, recorded, measured),
        sites(recorded),
        cost(recorded, now));
  }

  private static List<RoundReport> rounds(PilotRun run, Recorded recorded, Measured measured) {
    List<RoundReport> rounds = new ArrayList<>();
    for (Round round : recorded.rounds()) {
      if (round.number() > 0 && round.model() != null) {
        Measured.Value value = measured.byRound().get(round.number());
        Double drift = run.drift() == null ? null : run.drift().get(round.number());
        rounds.add(
            new RoundReport(
                round.number(),
                value == null ? null : Double.valueOf(value.accuracy()),
                value == null ? null : Double.valueOf(value.loss()),
                drift == null || drift.isInfinite() ? null : drift));
      }
    }
    return rounds;
  }

  private static List<SiteReport> sites(Recorded recorded) {
    Map<SiteId, TaskReport.Generated> generated = new HashMap<>();
    generated(recorded).forEach((task, made) -> generated.put(task.site(), made));
    List<SiteReport> sites = new ArrayList<>();
    for (Participant participant : recorded.participants()) {
      TaskReport.Generated made = generated.get(participant.site());
      sites.add(
          new SiteReport(
              participant.site(),
              participant.counts().perClass(),
              made == null ? Map.of() : made.counts(),
              made == null ? Map.of() : made.dropped(),
              participant.plan()));
    }
    return sites;
  }

  private static Map<Task, TaskReport.Generated> generated(Recorded recorded) {
    Map<Task, TaskReport.Generated> generated = new LinkedHashMap<>();
    for (Task task : recorded.answered()) {
      if (Recorded.result(task) instanceof TaskResult.Report report
          && report.report() instanceof TaskReport.Generated made) {
        generated.put(task, made);
      }
    }
    return generated;
  }

  private static @Nullable Cost generatorCost(Recorded recorded) {
    return generated(recorded).values().stream()
        .flatMap(made -> Stream.ofNullable(made.cost()))
        .reduce(Cost::plus)
        .orElse(null);
  }

  private static RunCost cost(Recorded recorded, Instant now) {
    Map<Integer, Digest> models = new HashMap<>();
    recorded
        .rounds()
        .forEach(
            round -> {
              if (round.model() != null) {
                models.put(round.number(), round.model());
              }
            });
    long up = 0;
    long down = 0;
    for (Task task : recorded.answered()) {
      if (Recorded.result(task) instanceof TaskResult.Update update) {
        up += recorded.bytes(update.digest());
        down += bytes(recorded, models.get(task.round() - 1));
      } else if (task.kind() == TaskKind.EVALUATE) {
        down += bytes(recorded, models.get(task.round()));
      }
    }
    Run run = recorded.run();
    Instant end = run.state() instanceof RunState.Over over ? over.finished() : now;
    return new RunCost(
        seconds(Duration.between(run.created(), end)),
        seconds(recorded, TaskKind.GENERATE),
        seconds(recorded, TaskKind.TRAIN),
        up,
        down,
        generatorCost(recorded));
  }

  private static long bytes(Recorded recorded, @Nullable Digest model) {
    return model == null ? 0 : recorded.bytes(model);
  }

  private static double seconds(Recorded recorded, TaskKind kind) {
    double seconds = 0;
    for (Task task : recorded.answered()) {
      TaskState.Succeeded done = (TaskState.Succeeded) task.state();
      if (task.kind() == kind) {
        seconds += seconds(Duration.between(done.started(), done.finished()));
      }
    }
    return seconds;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / MILLIS;
  }
}
