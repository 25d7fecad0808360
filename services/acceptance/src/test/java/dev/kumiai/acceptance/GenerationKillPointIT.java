package dev.kumiai.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.killpoints.KillPoints;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// At each [GenerationKillPoint] the worker that really generates dies by kill -9, another one is
/// started, and the sites end with the generated sets, and the run with the model, of an
/// undisturbed one.
@Tag("slow")
@DisabledIfEnvironmentVariable(
    named = "KUMIAI_NATIVE",
    matches = ".+",
    disabledReason = "kill points are an agent of a JVM")
class GenerationKillPointIT {

  private static final int KILLED = 137;
  private static final int BUDGET = 60;

  @TempDir private static Path folder;
  private static Experiment experiment;
  private static KillPoints points;
  private static Aggregator aggregator;
  private static Service trainer;
  private static Service generator;
  private static SortedMap<String, Digest> undisturbed;
  private static Digest model;

  @BeforeAll
  static void runUndisturbed() throws IOException {
    experiment = Experiment.castings(folder);
    points = KillPoints.in(folder.resolve("points"), GenerationKillPoint.all());
    aggregator = Aggregator.start(folder);
    trainer = Workers.training(aggregator, experiment.root(), folder, experiment.sites());
    generator = startGenerator();
    Workers.awaitAnnounced(aggregator, trainer, experiment.sites());
    RunView run = aggregator.awaitEnd(aggregator.createRun(spec()).run());
    assertThat(run.phase()).as(run.reason()).isEqualTo(RunPhase.SUCCEEDED);
    model = run.model();
    undisturbed = generated();
    assertThat(undisturbed.keySet()).anyMatch(name -> name.endsWith("manifest.jsonl"));
  }

  private static Service startGenerator() {
    return Workers.generation(
        aggregator,
        experiment.root(),
        folder,
        experiment.sites(),
        Checkout.castingsGenerator().getParent(),
        points.jvmOptions());
  }

  private static RunSpec spec() throws IOException {
    GenerationSpec generation =
        GenerationSpec.ofTotal(
                new GeneratorRef.File(Digest.of(Checkout.castingsGenerator())), BUDGET)
            .withSampling(2, 3);
    return Specs.of(experiment.data(), experiment.sites(), 1, generation, null);
  }

  @AfterAll
  static void stop() {
    Stream.of(generator, trainer).filter(service -> service != null).forEach(Service::close);
    if (aggregator != null) {
      aggregator.close();
    }
  }

  @BeforeEach
  void forgetTheSets() throws IOException {
    for (SiteId site : experiment.sites()) {
      Path sets = experiment.root().resolve(site.value()).resolve("generated");
      try (Stream<Path> all = Files.walk(sets)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSetsEndAsIfNothingHadHappenedThoughTheWorkerIsKilledAt(GenerationKillPoint point)
      throws IOException {
    points.arm(point.name(), point.times());
    RunView run = aggregator.createRun(spec());
    assertThat(generator.awaitExit(Duration.ofSeconds(60))).isEqualTo(KILLED);
    assertThat(points.fired()).as("killed at the point").isTrue();
    points.disarm();
    generator = startGenerator();

    RunView end = aggregator.awaitEnd(run.run());

    assertThat(end.phase()).as(end.reason()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(generated()).isEqualTo(undisturbed);
    assertThat(end.model()).isEqualTo(model);
    assertThat(points.broken()).isEmpty();
  }

  /// All files of all sets, but for what they cost.
  private static SortedMap<String, Digest> generated() throws IOException {
    SortedMap<String, Digest> files = new TreeMap<>();
    for (SiteId site : experiment.sites()) {
      Path sets = experiment.root().resolve(site.value()).resolve("generated");
      List<Path> all;
      try (Stream<Path> walked = Files.walk(sets)) {
        all = walked.filter(Files::isRegularFile).toList();
      }
      for (Path file : all) {
        if (!file.endsWith("cost.json")) {
          files.put(experiment.root().relativize(file).toString(), Digest.of(file));
        }
      }
    }
    return files;
  }
}
