package dev.kumiai.cli.run;

import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.ModelSpec.Architecture;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.run.TaskView.State;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.TaskReport;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Runs as an aggregator would show them.
final class Runs {

  static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  static final RunId RUN = new RunId("00000000-0000-0000-0000-000000000001");
  private static final DatasetCounts PRIVATE =
      new DatasetCounts("castings", Map.of("crack", 40, "pore", 3), 0);

  private Runs() {}

  static RunSpec spec(int sites, int rounds) {
    return new RunSpec(
        "test",
        1,
        new DataSpec("castings", List.of("crack", "pore", "scratch"), 32, 1, 0.05),
        new ModelSpec(Architecture.CNN, null, null),
        IntStream.rangeClosed(1, sites).mapToObj(Runs::site).toList(),
        rounds,
        TrainingSpec.DEFAULT,
        StrategySpec.DEFAULT,
        null,
        RoundSpec.DEFAULT,
        null,
        null);
  }

  static SiteId site(int number) {
    return new SiteId("site-" + number);
  }

  static RunView run(RunPhase phase, int round, List<TaskView> tasks) {
    return new RunView(
        RUN,
        spec(2, 3),
        phase,
        round,
        0,
        null,
        null,
        phase == RunPhase.FAILED || phase == RunPhase.SUSPENDED ? "no quorum" : null,
        START,
        phase.isTerminal() ? START.plusSeconds(90) : null,
        tasks);
  }

  static RoundView round(int round, double accuracy, List<TaskView> tasks) {
    return new RoundView(
        round,
        0,
        null,
        Digest.of(("model " + round).getBytes(StandardCharsets.UTF_8)),
        round == 0 ? null : accuracy,
        round == 0 ? null : 1 - accuracy,
        START.plusSeconds(10L * round),
        START.plusSeconds(10L * round + 8),
        tasks);
  }

  static TaskView task(int site, TaskKind kind, int round, State state, double fraction) {
    return task(site, kind, round, state, fraction, null, null);
  }

  static TaskView task(
      int site,
      TaskKind kind,
      int round,
      State state,
      double fraction,
      @Nullable TaskReport report,
      @Nullable String problem) {
    boolean ended = state == State.SUCCEEDED || state == State.FAILED;
    return new TaskView(
        new TaskId(
            UUID.nameUUIDFromBytes(
                    (kind + " " + round + " " + site).getBytes(StandardCharsets.UTF_8))
                .toString()),
        site(site),
        kind,
        round,
        state,
        1,
        fraction,
        "epoch 1 of 2",
        state == State.PENDING ? null : START,
        ended ? START.plusSeconds(4) : null,
        PRIVATE,
        null,
        null,
        report,
        problem);
  }

  static TaskView generated(int site, int cracks, int scratches) {
    return task(
        site,
        TaskKind.GENERATE,
        0,
        State.SUCCEEDED,
        1,
        new TaskReport.Generated(
            Digest.of(new byte[] {1}), Map.of("crack", cracks, "scratch", scratches), false),
        null);
  }

  /// A run that generated at site 1 and trained two rounds at both sites.
  static Snapshot succeeded() {
    List<TaskView> trained =
        List.of(
            task(1, TaskKind.TRAIN, 1, State.SUCCEEDED, 1),
            task(2, TaskKind.TRAIN, 1, State.SUCCEEDED, 1));
    List<TaskView> again =
        List.of(
            task(1, TaskKind.TRAIN, 2, State.SUCCEEDED, 1),
            task(2, TaskKind.TRAIN, 2, State.SUCCEEDED, 1));
    return new Snapshot(
        run(RunPhase.SUCCEEDED, 2, List.of()),
        List.of(
            round(0, 0, List.of(generated(1, 5, 7))),
            round(1, 0.25, trained),
            round(2, 0.5, again)));
  }
}
