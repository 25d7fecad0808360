package dev.kumiai.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.TaskKind;
import dev.kumiai.killpoints.KillPoints;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// At each [WorkerKillPoint] the worker that really trains dies by kill -9, another one is started,
/// and the run ends with the model of an undisturbed one.
@Tag("slow")
@DisabledIfEnvironmentVariable(
    named = "KUMIAI_NATIVE",
    matches = ".+",
    disabledReason = "kill points are an agent of a JVM")
class WorkerKillPointIT {

  private static final int ROUNDS = 2;
  private static final int KILLED = 137;

  @TempDir private static Path folder;
  private static Experiment experiment;
  private static KillPoints points;
  private static Aggregator aggregator;
  private static Service worker;
  private static Digest undisturbed;

  @BeforeAll
  static void runUndisturbed() throws IOException {
    experiment = Experiment.castings(folder);
    points = KillPoints.in(folder.resolve("points"), WorkerKillPoint.all());
    aggregator = Aggregator.start(folder);
    worker = startWorker();
    Workers.awaitAnnounced(aggregator, worker, experiment.sites());
    RunView run = aggregator.awaitEnd(aggregator.createRun(spec()).run());
    assertThat(run.phase()).as(run.reason()).isEqualTo(RunPhase.SUCCEEDED);
    undisturbed = run.model();
  }

  /// Runs of the same seed make the same models: one that lies here would not be fetched again.
  @BeforeEach
  void forgetModels() throws IOException {
    try (Stream<Path> models = Files.list(folder.resolve("work").resolve("models"))) {
      for (Path model : models.filter(file -> file.toString().endsWith(".safetensors")).toList()) {
        Files.delete(model);
      }
    }
  }

  private static Service startWorker() {
    return Workers.training(
        aggregator, experiment.root(), folder, experiment.sites(), points.jvmOptions());
  }

  private static RunSpec spec() {
    return Specs.of(experiment.data(), experiment.sites(), ROUNDS, null, null);
  }

  @AfterAll
  static void stop() {
    if (worker != null) {
      worker.close();
    }
    if (aggregator != null) {
      aggregator.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theRunEndsAsIfNothingHadHappenedThoughTheWorkerIsKilledAt(WorkerKillPoint point) {
    if (point.isAtStart()) {
      worker.kill();
    }
    points.arm(point.name(), point.times());
    if (point.isAtStart()) {
      worker = startWorker();
    }
    RunView run = aggregator.createRun(spec());
    assertThat(worker.awaitExit(Duration.ofSeconds(60))).isEqualTo(KILLED);
    assertThat(points.fired()).as("killed at the point").isTrue();
    points.disarm();
    worker = startWorker();

    RunView end = aggregator.awaitEnd(run.run());
    assertThat(end.phase()).as(end.reason()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(end.model()).isEqualTo(undisturbed);
    assertThat(aggregator.rounds(run.run()).stream().flatMap(round -> round.tasks().stream()))
        .filteredOn(task -> task.kind() == TaskKind.TRAIN)
        .hasSize(ROUNDS * experiment.sites().size())
        .allSatisfy(task -> assertThat(task.state()).isEqualTo(TaskView.State.SUCCEEDED));
    assertThat(points.broken()).isEmpty();
  }
}
