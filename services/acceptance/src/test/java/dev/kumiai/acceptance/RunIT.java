package dev.kumiai.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GenerationSpec.Allocation;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.run.TrainingSpec.GeneratedOrder;
import dev.kumiai.protocol.run.TrainingSpec.TrainsOn;
import dev.kumiai.protocol.task.TaskReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whole runs: one aggregator, a generation and a training process for two sites and an evaluator.
class RunIT {

  private static final int ROUNDS = 2;
  private static final int BUDGET = 24;

  @TempDir private static Path folder;
  private static Experiment experiment;
  private static Aggregator aggregator;
  private static Service training;
  private static Service generation;
  private static RunView generated;

  @BeforeAll
  static void runOnce() {
    experiment = Experiment.castings(folder);
    aggregator = Aggregator.start(folder);
    training = Workers.training(aggregator, experiment.root(), folder, experiment.everybody());
    generation =
        Workers.generation(
            aggregator,
            experiment.root(),
            folder,
            experiment.sites(),
            Checkout.castingsGenerator().getParent());
    Workers.awaitAnnounced(aggregator, training, experiment.everybody());
    generated = aggregator.awaitEnd(aggregator.createRun(spec(generation())).run());
  }

  @AfterAll
  static void stop() {
    Stream.of(training, generation).forEach(Service::close);
    aggregator.close();
  }

  private static GenerationSpec generation() {
    try {
      return GenerationSpec.ofTotal(
              new GeneratorRef.File(Digest.of(Checkout.castingsGenerator())), BUDGET)
          .withSampling(2, 3);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static RunSpec spec(@Nullable GenerationSpec generation) {
    return Specs.of(
        experiment.data(), experiment.sites(), ROUNDS, generation, experiment.evaluation());
  }

  private static List<TaskView> tasks(RunView run, TaskKind kind) {
    return aggregator.rounds(run.run()).stream()
        .flatMap(round -> round.tasks().stream())
        .filter(task -> task.kind() == kind)
        .toList();
  }

  private static List<TaskReport.Generated> reports(RunView run) {
    return tasks(run, TaskKind.GENERATE).stream()
        .map(TaskView::report)
        .map(TaskReport.Generated.class::cast)
        .toList();
  }

  private static int sum(TaskReport.Generated report) {
    return report.counts().values().stream().mapToInt(Integer::intValue).sum();
  }

  @Test
  void theWholeBudgetIsGeneratedAndStaysAtHome() throws Exception {
    assertThat(generated.phase()).as(generated.reason()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(reports(generated).stream().mapToInt(RunIT::sum).sum()).isEqualTo(BUDGET);
    for (TaskView task : tasks(generated, TaskKind.GENERATE)) {
      TaskReport.Generated report = (TaskReport.Generated) task.report();
      assertThat(generatedFiles(task.site(), report)).hasSize(sum(report));
    }
    try (Stream<Path> kept = Files.walk(folder.resolve("aggregator"))) {
      assertThat(kept.map(Path::toString)).noneMatch(name -> name.endsWith(".png"));
    }
  }

  private static List<Path> generatedFiles(SiteId site, TaskReport.Generated report)
      throws IOException {
    Path set =
        experiment
            .root()
            .resolve(site.value())
            .resolve("generated")
            .resolve(report.planDigest().hex());
    try (Stream<Path> files = Files.walk(set)) {
      return files.filter(file -> file.toString().endsWith(".png")).toList();
    }
  }

  @Test
  void everyRoundHasAMeasuredModelOfItsOwn() {
    List<RoundView> rounds =
        aggregator.rounds(generated.run()).stream().filter(round -> round.round() > 0).toList();

    assertThat(rounds).hasSize(ROUNDS);
    assertThat(rounds).extracting(RoundView::model).doesNotHaveDuplicates().doesNotContainNull();
    assertThat(rounds).allSatisfy(round -> assertThat(round.accuracy()).isBetween(0.0, 1.0));
    assertThat(rounds).allSatisfy(round -> assertThat(round.loss()).isPositive());
    assertThat(rounds.getLast().model()).isEqualTo(generated.model());
  }

  @Test
  void theModelThatIsDownloadedHasTheDigestThatNamesIt() {
    Answer newest = aggregator.http().get("runs/" + generated.run() + "/model");

    assertThat(newest.status()).isEqualTo(200);
    assertThat(Digest.of(newest.body())).isEqualTo(generated.model());
    assertThat(newest.headers().firstValue("ETag")).hasValue("\"" + generated.model() + "\"");
  }

  @Test
  void theSameSpecGivesTheSameModelAndReusesWhatWasGenerated() {
    RunView again = aggregator.awaitEnd(aggregator.createRun(spec(generation())).run());

    assertThat(again.model()).isEqualTo(generated.model());
    assertThat(reports(again)).isNotEmpty().allMatch(TaskReport.Generated::reused);
  }

  @Test
  void theSameSeedGivesTheSameModelOnAnotherMachine(@TempDir Path elsewhere) {
    Experiment copy = experiment.copyTo(elsewhere.resolve("experiment"));
    try (Aggregator other = Aggregator.start(elsewhere);
        Service trainer = Workers.training(other, copy.root(), elsewhere, copy.everybody());
        Service generator =
            Workers.generation(
                other,
                copy.root(),
                elsewhere,
                copy.sites(),
                Checkout.castingsGenerator().getParent())) {
      Workers.awaitAnnounced(other, trainer, copy.everybody());

      RunView run = other.awaitEnd(other.createRun(spec(generation())).run());

      assertThat(generator.process().isAlive()).isTrue();
      assertThat(run.phase()).as(run.reason()).isEqualTo(RunPhase.SUCCEEDED);
      assertThat(run.model()).isEqualTo(generated.model());
    }
  }

  @Test
  void theBaselineGeneratesNothingAndEndsElsewhere() {
    RunView baseline = aggregator.awaitEnd(aggregator.createRun(spec(null)).run());

    assertThat(baseline.phase()).as(baseline.reason()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(tasks(baseline, TaskKind.GENERATE)).isEmpty();
    assertThat(baseline.model()).isNotEqualTo(generated.model());
    assertThat(aggregator.rounds(baseline.run()).getFirst().model())
        .as("both arms start from the same weights")
        .isEqualTo(aggregator.rounds(generated.run()).getFirst().model());
  }

  private static RunView succeeded(RunSpec spec) {
    RunView run = aggregator.awaitEnd(aggregator.createRun(spec).run());
    assertThat(run.phase()).as(run.reason()).isEqualTo(RunPhase.SUCCEEDED);
    return run;
  }

  @Test
  void oneSetOfAugmentedSamplesServesEveryWayToTrainOnIt() {
    RunSpec spec =
        spec(
            GenerationSpec.ofMultiple(new GeneratorRef.Classical(), 0.5)
                .withAllocation(Allocation.EQUAL));
    TrainingSpec training = spec.training();

    RunView mixed = succeeded(spec);
    RunView last =
        succeeded(
            spec.withTraining(
                training.withGenerated(
                    GeneratedOrder.GENERATED_LAST, TrainsOn.PRIVATE_AND_GENERATED)));
    RunView shuffled =
        succeeded(
            spec.withTraining(
                training.withGenerated(GeneratedOrder.MIXED, TrainsOn.SHUFFLED_LABELS)));

    assertThat(List.of(mixed.model(), last.model(), shuffled.model())).doesNotHaveDuplicates();
    assertThat(reports(mixed)).isNotEmpty().noneMatch(TaskReport.Generated::reused);
    assertThat(reports(last)).isNotEmpty().allMatch(TaskReport.Generated::reused);
    assertThat(reports(shuffled)).isNotEmpty().allMatch(TaskReport.Generated::reused);
    assertThat(evaluated(last))
        .as("generated samples are measured on in no run")
        .isEqualTo(evaluated(generated));
  }

  private static List<Long> evaluated(RunView run) {
    return tasks(run, TaskKind.EVALUATE).stream()
        .map(TaskView::report)
        .map(TaskReport.Evaluated.class::cast)
        .map(TaskReport.Evaluated::examples)
        .toList();
  }

  private static RunView runWith(StrategySpec.Name name) {
    StrategySpec strategy = new StrategySpec(name, StrategySpec.Weighting.ALL, Map.of());
    RunView run =
        aggregator.awaitEnd(aggregator.createRun(spec(generation()).withStrategy(strategy)).run());
    assertThat(run.phase()).as(run.reason()).isEqualTo(RunPhase.SUCCEEDED);
    return run;
  }

  @ParameterizedTest
  @EnumSource(names = {"FEDADAM", "QFEDAVG", "MOON", "FEDDECORR", "FEDSAM", "FEDDYN"})
  void aStrategyThatRemembersOrAsksSitesForMoreEndsElsewhere(StrategySpec.Name name) {
    assertThat(runWith(name).model()).isNotEqualTo(generated.model());
  }

  @Test
  void normalisingEqualStepsChangesNothing() {
    assertThat(runWith(StrategySpec.Name.FEDNOVA).model()).isEqualTo(generated.model());
  }

  @Test
  void nothingButWeightsAndCountsReachesTheAggregator() throws Exception {
    String image = "\u0089PNG";

    try (Stream<Path> kept = Files.walk(folder.resolve("aggregator"))) {
      for (Path file : kept.filter(Files::isRegularFile).toList()) {
        String bytes =
            new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(bytes.contains(image)).as(file.toString()).isFalse();
      }
    }
  }
}
