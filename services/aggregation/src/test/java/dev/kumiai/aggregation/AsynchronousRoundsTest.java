package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.run.BufferSpec;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.Heartbeat;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs whose rounds close whenever enough updates have come, of sites of unlike speed.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class AsynchronousRoundsTest {

  private static final int ANY_STALENESS = 100;

  private final Aggregator aggregator;

  @Inject
  AsynchronousRoundsTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  @Test
  void aSlowSiteCountsTheLessTheStalerItIsWhileOthersTrainOn(@TempDir Path folder) {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 9, 9, 9);
    TinySite slow = aggregator.site("slow", 1, 1, 1);

    RunId run =
        aggregator.startInitialized(new TinySpec(a, b, slow).rounds(3).buffer(2, ANY_STALENESS), a);
    ClaimedTask first = slow.claim(TaskKind.TRAIN);
    for (int round = 1; round <= 2; round++) {
      assertThat(a.workOnce(TaskKind.TRAIN).round()).isEqualTo(round);
      assertThat(b.workOnce(TaskKind.TRAIN).round()).isEqualTo(round);
    }
    ClaimedTask third = a.claim(TaskKind.TRAIN);
    b.claim(TaskKind.TRAIN);
    slow.answer(first);
    a.answer(third);

    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).as(end.reason()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, slow).aggregatedIn()).isEqualTo(3);
    assertThat(aggregator.task(run, 3, TaskKind.TRAIN, a).aggregatedIn()).isEqualTo(3);
    aggregator.awaitTask(run, 3, TaskKind.TRAIN, b, TaskView.State.CANCELLED);
    ModelWeights w0 = model(run, 0, folder);
    ModelWeights w2 = model(run, 2, folder);
    float[] ofSlow = weight(TinyModel.trained(w0, seed(first)));
    float[] ofA = weight(TinyModel.trained(w2, seed(third)));
    float[] made = weight(model(run, 3, folder));
    for (int i = 0; i < made.length; i++) {
      double fresh = (double) ofA[i] - weight(w2)[i];
      double stale = ((double) ofSlow[i] - weight(w0)[i]) / Math.sqrt(1 + 2);
      assertThat((double) made[i])
          .isCloseTo(weight(w2)[i] + (fresh + stale) / 2, Offset.offset(1e-6));
    }
  }

  @Test
  void aSiteTrainsOnceFromAModelAndThenWaitsForTheNext() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run =
        aggregator.startInitialized(new TinySpec(a, b).rounds(2).buffer(2, ANY_STALENESS), a);
    a.workOnce(TaskKind.TRAIN);
    aggregator.awaitTask(run, 1, TaskKind.TRAIN, a, TaskView.State.SUCCEEDED);

    assertThat(a.tryClaim(Duration.ZERO, TaskKind.TRAIN)).isEmpty();

    b.workOnce(TaskKind.TRAIN);
    assertThat(a.claim(TaskKind.TRAIN).round()).isEqualTo(2);
  }

  @Test
  void whatNobodyHasBegunGivesWayToTheNewestModel() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite late = aggregator.site("late", 1, 1, 1);
    RunId run =
        aggregator.startInitialized(new TinySpec(a, late).rounds(9).buffer(1, ANY_STALENESS), a);
    for (int round = 1; round <= 3; round++) {
      a.workOnce(TaskKind.TRAIN);
    }
    aggregator.await(run, view -> view.round() == 4 && hasTask(view, late, 4));

    ClaimedTask task = late.claim(TaskKind.TRAIN);

    assertThat(task.round()).isEqualTo(4);
    assertThat(((TaskSpec.Train) task.spec()).global()).isEqualTo(digest(run, 3));
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, late))
        .returns(TaskView.State.CANCELLED, TaskView::state)
        .returns(null, TaskView::problem);
  }

  @Test
  void whatIsTooStaleIsCancelledVisiblyAndItsSiteGetsTheNewestModel() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite slow = aggregator.site("slow", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, slow).rounds(9).buffer(1, 1), a);
    ClaimedTask stale = slow.claim(TaskKind.TRAIN);
    a.workOnce(TaskKind.TRAIN);
    aggregator.await(run, view -> view.round() == 2);
    assertThat(told(slow, stale)).isFalse();
    a.workOnce(TaskKind.TRAIN);
    aggregator.awaitTask(run, 1, TaskKind.TRAIN, slow, TaskView.State.CANCELLED);

    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, slow).problem())
        .contains("update-too-stale", "2 models", "maxStaleness is 1");
    assertThat(told(slow, stale)).isTrue();
    assertThatThrownBy(() -> slow.answer(stale))
        .isInstanceOf(KumiaiException.Gone.class)
        .extracting("code")
        .isEqualTo("update-late");
    assertThat(slow.claim(TaskKind.TRAIN).round()).isEqualTo(3);
  }

  @Test
  void aBufferTakesTheFirstThatComeAndKeepsTheOthersForTheNextRound() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    TinySite c = aggregator.site("c", 1, 1, 1);
    RunId run =
        aggregator.startInitialized(new TinySpec(a, b, c).rounds(2).buffer(2, ANY_STALENESS), a);
    List<ClaimedTask> out =
        List.of(a.claim(TaskKind.TRAIN), b.claim(TaskKind.TRAIN), c.claim(TaskKind.TRAIN));
    aggregator.client().suspend(run);
    c.answer(out.get(2));
    b.answer(out.get(1));
    a.answer(out.get(0));

    assertThat(aggregator.client().resume(run).phase()).isEqualTo(RunPhase.TRAINING);
    aggregator.await(run, view -> view.round() == 2);
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, c).aggregatedIn()).isEqualTo(1);
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, b).aggregatedIn()).isEqualTo(1);
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, a).aggregatedIn()).isNull();
    c.workOnce(TaskKind.TRAIN);

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, a).aggregatedIn()).isEqualTo(2);
    assertThat(aggregator.task(run, 2, TaskKind.TRAIN, c).aggregatedIn()).isEqualTo(2);
  }

  @Test
  void aRoundClosesWithTheQuorumOfItsBufferAtTheDeadline() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run =
        aggregator.startInitialized(new TinySpec(a, b).quorum(0.5, 60).buffer(2, ANY_STALENESS), a);
    a.workOnce(TaskKind.TRAIN);
    aggregator.pass(Duration.ofSeconds(59));
    assertThat(aggregator.view(run).phase()).isEqualTo(RunPhase.TRAINING);

    aggregator.pass(Duration.ofSeconds(2));

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, a).aggregatedIn()).isEqualTo(1);
  }

  @Test
  void aRunFailsWhoseBufferIsBelowTheQuorumAtTheDeadline() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run =
        aggregator.startInitialized(new TinySpec(a, b).quorum(1, 60).buffer(2, ANY_STALENESS), a);
    a.workOnce(TaskKind.TRAIN);

    aggregator.pass(Duration.ofSeconds(61));

    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).isEqualTo(RunPhase.FAILED);
    assertThat(end.reason())
        .contains("the buffer of round 1 got 1 of the 2 updates it needs within 60 s")
        .contains(b.id().value(), "no worker has claimed it");
  }

  @Test
  void aSiteThatFailedGetsAnotherTaskInTheNextRound() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run =
        aggregator.startInitialized(new TinySpec(a, b).rounds(2).buffer(1, ANY_STALENESS), a);
    b.client().fail(b.claim(TaskKind.TRAIN), problem());
    aggregator.awaitTask(run, 1, TaskKind.TRAIN, b, TaskView.State.FAILED);
    assertThat(b.tryClaim(Duration.ZERO, TaskKind.TRAIN)).isEmpty();
    a.workOnce(TaskKind.TRAIN);

    assertThat(b.workOnce(TaskKind.TRAIN).round()).isEqualTo(2);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void aRunFailsAtOnceWhenNobodyIsLeftToFillTheBuffer() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, b).buffer(2, ANY_STALENESS), a);
    b.client().fail(b.claim(TaskKind.TRAIN), problem());

    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).isEqualTo(RunPhase.FAILED);
    assertThat(end.reason())
        .contains("the buffer of round 1 got 0 of the 2 updates it needs")
        .contains(b.id().value(), "out of memory");
  }

  private static Problem problem() {
    return new Problem(
        Problem.TYPE_PREFIX + "training-failed", "Training failed", 422, "out of memory", null);
  }

  /// Whether a heartbeat tells the worker to stop.
  private static boolean told(TinySite site, ClaimedTask task) {
    return site.client()
        .heartbeat(task, new Heartbeat(0.5, "training"), Duration.ofSeconds(20))
        .cancel();
  }

  @Test
  void modelsAreMeasuredWhileSitesTrainOn() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite judge = aggregator.site("judge", 1, 1, 1);
    RunId run =
        aggregator.startInitialized(
            new TinySpec(a).rounds(4).buffer(1, ANY_STALENESS).measuredBy(2, null, judge), judge);
    for (int round = 1; round <= 4; round++) {
      assertThat(a.workOnce(TaskKind.TRAIN).round()).isEqualTo(round);
    }

    ClaimedTask second = judge.claim(TaskKind.EVALUATE);
    assertThat(second.round()).isEqualTo(2);
    assertThat(((TaskSpec.Evaluate) second.spec()).global()).isEqualTo(digest(run, 2));
    judge.client().report(second, evaluated(10, 4));
    judge.client().report(judge.claim(TaskKind.EVALUATE), evaluated(10, 7));

    assertThat(aggregator.awaitEnd(run).accuracy()).isEqualTo(0.7);
    assertThat(aggregator.client().rounds(run))
        .extracting(RoundView::accuracy)
        .containsExactly(null, null, 0.4, null, 0.7);
    assertThat(aggregator.client().rounds(run))
        .allSatisfy(round -> assertThat(round.finished()).isNotNull());
  }

  @Test
  void aRunThatDoesNotGetBetterEndsWithTheNewestModel() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite judge = aggregator.site("judge", 1, 1, 1);
    RunId run =
        aggregator.startInitialized(
            new TinySpec(a).rounds(50).buffer(1, ANY_STALENESS).measuredBy(1, 1, judge), judge);
    for (int round = 1; round <= 3; round++) {
      a.workOnce(TaskKind.TRAIN);
    }
    ClaimedTask fourth = a.claim(TaskKind.TRAIN);
    judge.client().report(judge.claim(TaskKind.EVALUATE), evaluated(10, 4));
    judge.client().report(judge.claim(TaskKind.EVALUATE), evaluated(10, 3));

    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(end.round()).isEqualTo(3);
    assertThat(end.model()).isEqualTo(digest(run, 3));
    aggregator.awaitTask(run, 4, TaskKind.TRAIN, a, TaskView.State.CANCELLED);
    assertThat(told(a, fourth)).isTrue();
  }

  @Test
  void aRunWhoseModelCannotBeMeasuredFails() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite judge = aggregator.site("judge", 1, 1, 1);
    RunId run =
        aggregator.startInitialized(
            new TinySpec(a).rounds(50).buffer(1, ANY_STALENESS).measuredBy(1, null, judge), judge);
    a.workOnce(TaskKind.TRAIN);
    judge.client().fail(judge.claim(TaskKind.EVALUATE), problem());

    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).isEqualTo(RunPhase.FAILED);
    assertThat(end.reason()).contains("EVALUATE of round 1", judge.id().value());
  }

  @Test
  void showsWhoIsAtWorkAndWhatWaits() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    TinySite slow = aggregator.site("slow", 1, 1, 1);
    RunId run =
        aggregator.startInitialized(new TinySpec(a, b, slow).rounds(2).buffer(2, ANY_STALENESS), a);
    slow.claim(TaskKind.TRAIN);
    a.workOnce(TaskKind.TRAIN);
    b.workOnce(TaskKind.TRAIN);
    a.workOnce(TaskKind.TRAIN);

    RunView view = aggregator.await(run, seen -> seen.round() == 2 && seen.tasks().size() == 3);

    assertThat(view.tasks())
        .extracting(TaskView::site, TaskView::round, TaskView::state)
        .containsExactly(
            tuple(a.id(), 2, TaskView.State.SUCCEEDED),
            tuple(b.id(), 2, TaskView.State.PENDING),
            tuple(slow.id(), 1, TaskView.State.CLAIMED));
  }

  @Test
  void theBufferOfARunIsFilledInWhenItIsCreated() {
    TinySite[] three = {
      aggregator.site("a", 1, 1, 1), aggregator.site("b", 1, 1, 1), aggregator.site("c", 1, 1, 1)
    };

    RunId run = aggregator.start(new TinySpec(three).strategy(StrategySpec.Name.FEDBUFF, Map.of()));

    assertThat(aggregator.view(run).spec().round().buffer()).isEqualTo(new BufferSpec(2, 100));
    assertThat(aggregator.view(aggregator.start(new TinySpec(three))).spec().round().buffer())
        .isNull();
  }

  private static boolean hasTask(RunView view, TinySite site, int round) {
    return view.tasks().stream()
        .anyMatch(task -> task.site().equals(site.id()) && task.round() == round);
  }

  private static TaskReport evaluated(long examples, long hits) {
    return new TaskReport.Evaluated(
        examples, 0.5, List.of(new TaskReport.ClassHits("pit", examples, hits)));
  }

  private static long seed(ClaimedTask task) {
    return ((TaskSpec.Train) task.spec()).seed();
  }

  private static float[] weight(ModelWeights weights) {
    return weights.get("output.weight").toFloats();
  }

  private Digest digest(RunId run, int round) {
    return Objects.requireNonNull(aggregator.client().rounds(run).get(round).model());
  }

  private ModelWeights model(RunId run, int round, Path folder) {
    Path file = folder.resolve("model" + round);
    aggregator.client().downloadModel(digest(run, round), file);
    return TinyModel.read(file);
  }
}
