package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class WholeRunTest {

  private final Aggregator aggregator;

  @Inject
  WholeRunTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  @Test
  void generatesOnceThenTrainsAndMeasuresEveryRound() {
    TinySite a = aggregator.site("a", 10, 0, 2);
    TinySite b = aggregator.site("b", 0, 5, 0);
    TinySite judge = aggregator.site("judge", 10, 10, 10);

    RunId run =
        aggregator.start(new TinySpec(a, b).rounds(2).generating(30).measuredBy(1, null, judge));
    judge.workOnce(TaskKind.INITIALIZE);
    TaskSpec.Generate planA = (TaskSpec.Generate) a.workOnce(TaskKind.GENERATE).spec();
    TaskSpec.Generate planB = (TaskSpec.Generate) b.workOnce(TaskKind.GENERATE).spec();
    for (int round = 1; round <= 2; round++) {
      TaskSpec.Train task = (TaskSpec.Train) b.workOnce(TaskKind.TRAIN).spec();
      assertThat(task.planDigest()).isEqualTo(planB.planDigest());
      a.workOnce(TaskKind.TRAIN);
      judge.workOnce(TaskKind.EVALUATE);
    }

    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(end.round()).isEqualTo(2);
    // Water-filling over the six cells 10 0 2 / 0 5 0 lifts all but the 10 to (30 + 7) / 5.
    assertThat(planA.budget()).isEqualTo(Map.of("pit", 8, "scratch", 5));
    assertThat(planB.budget()).isEqualTo(Map.of("crack", 8, "pit", 2, "scratch", 7));
    List<RoundView> rounds = aggregator.client().rounds(run);
    assertThat(rounds).extracting(RoundView::round).containsExactly(0, 1, 2);
    assertThat(rounds).allSatisfy(round -> assertThat(round.finished()).isNotNull());
    assertThat(rounds.getLast().model()).isEqualTo(end.model());
    assertThat(rounds.getLast().accuracy()).isEqualTo(end.accuracy());
    assertThat(rounds.getLast().loss()).isEqualTo(1.25);
    assertThat(aggregator.task(run, 0, TaskKind.GENERATE, a).report())
        .isEqualTo(new TaskReport.Generated(planA.planDigest(), planA.budget(), false));
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, a).examples()).isEqualTo(12);
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, a).privateData()).isNotNull();
  }

  @Test
  void withoutGenerationTrainsOnPrivateDataAlone() {
    TinySite a = aggregator.site("a", 1, 1, 1);

    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    ClaimedTask train = a.workOnce(TaskKind.TRAIN, TaskKind.GENERATE);

    assertThat(((TaskSpec.Train) train.spec()).planDigest()).isNull();
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void globalModelIsTheMeanOfTheUpdatesWeightedByExamples(@TempDir Path folder) {
    TinySite a = aggregator.site("a", 10, 10, 10);
    TinySite b = aggregator.site("b", 1, 1, 1);

    RunId run = aggregator.startInitialized(new TinySpec(a, b), a);
    ClaimedTask taskA = a.workOnce(TaskKind.TRAIN);
    ClaimedTask taskB = b.workOnce(TaskKind.TRAIN);
    RunView end = aggregator.awaitEnd(run);

    Digest initial = Objects.requireNonNull(aggregator.client().rounds(run).getFirst().model());
    ModelWeights first = download(initial, folder.resolve("first"));
    float[] ofA = TinyModel.trained(first, seed(taskA)).get("output.weight").toFloats();
    float[] ofB = TinyModel.trained(first, seed(taskB)).get("output.weight").toFloats();
    float[] mean =
        download(Objects.requireNonNull(end.model()), folder.resolve("mean"))
            .get("output.weight")
            .toFloats();
    for (int i = 0; i < mean.length; i++) {
      assertThat((double) mean[i])
          .isCloseTo((30.0 * ofA[i] + 3.0 * ofB[i]) / 33.0, Offset.offset(1e-6));
    }
  }

  @Test
  void orderOfArrivalDoesNotMatter() {
    TinySite a = aggregator.site("a", 3, 1, 1);
    TinySite b = aggregator.site("b", 1, 4, 1);
    TinySite c = aggregator.site("c", 1, 1, 5);

    RunId forwards = aggregator.startInitialized(new TinySpec(a, b, c), a);
    List.of(a, b, c).forEach(site -> site.workOnce(TaskKind.TRAIN));
    RunId backwards = aggregator.startInitialized(new TinySpec(c, a, b), a);
    List.of(c, b, a).forEach(site -> site.workOnce(TaskKind.TRAIN));

    assertThat(aggregator.awaitEnd(backwards).model())
        .isEqualTo(aggregator.awaitEnd(forwards).model());
  }

  @Test
  void startsFromUploadedWeights(@TempDir Path folder) {
    TinySite a = aggregator.site("a", 1, 1, 1);
    Path weights = folder.resolve("weights");
    Digest initial = TinyModel.write(weights, TinyModel.initial(7));

    Digest uploaded = aggregator.client().uploadModel(weights);
    RunId run = aggregator.start(new TinySpec(a).initial(uploaded));
    ClaimedTask train = a.workOnce(TaskKind.INITIALIZE, TaskKind.TRAIN);

    assertThat(uploaded).isEqualTo(initial);
    assertThat(((TaskSpec.Train) train.spec()).global()).isEqualTo(initial);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void measuresEverySecondRoundAndTheLast() {
    TinySite a = aggregator.site("a", 1, 1, 1);

    RunId run = aggregator.startInitialized(new TinySpec(a).rounds(5).measuredBy(2, null, a), a);
    for (int tasks = 0; tasks < 5 + 3; tasks++) {
      a.workOnce(TaskKind.TRAIN, TaskKind.EVALUATE);
    }

    aggregator.awaitEnd(run);
    assertThat(aggregator.client().rounds(run))
        .filteredOn(round -> round.accuracy() != null)
        .extracting(RoundView::round)
        .containsExactly(2, 4, 5);
  }

  @Test
  void endsEarlyWhenAccuracyHasNotRisenForTheRoundsOfPatience() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    List<Long> hits = List.of(3L, 5L, 5L, 4L);

    RunId run = aggregator.startInitialized(new TinySpec(a).rounds(50).measuredBy(1, 2, a), a);
    for (long hit : hits) {
      a.workOnce(TaskKind.TRAIN);
      ClaimedTask evaluate = a.claim(TaskKind.EVALUATE);
      a.client().report(evaluate, evaluated(10, hit));
    }

    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(end.round()).isEqualTo(4);
    assertThat(end.accuracy()).isEqualTo(0.4);
  }

  @Test
  void accuracyOfSeveralEvaluatorsIsWeightedByTheirExamples() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);

    RunId run = aggregator.startInitialized(new TinySpec(a).measuredBy(1, null, a, b), a);
    a.workOnce(TaskKind.TRAIN);
    b.client().report(b.claim(TaskKind.EVALUATE), evaluated(30, 30));
    a.client().report(a.claim(TaskKind.EVALUATE), evaluated(10, 0));

    assertThat(aggregator.awaitEnd(run).accuracy()).isEqualTo(0.75);
  }

  private static TaskReport evaluated(long examples, long hits) {
    return new TaskReport.Evaluated(
        examples, 0.5, List.of(new TaskReport.ClassHits("pit", examples, hits)));
  }

  private static long seed(ClaimedTask task) {
    return ((TaskSpec.Train) task.spec()).seed();
  }

  private ModelWeights download(Digest digest, Path file) {
    aggregator.client().downloadModel(digest, file);
    return TinyModel.read(file);
  }
}
