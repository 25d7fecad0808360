package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.kumiai.aggregation.config.StorageConfig;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec.Name;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskReport;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Runs that are sent back to a round.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class RetryTest {

  private static final Problem BROKEN =
      new Problem(Problem.TYPE_PREFIX + "broken", "broken", 400, "it broke", List.of());

  private final Aggregator aggregator;
  private final StorageConfig storage;

  @Inject
  RetryTest(Aggregator aggregator, StorageConfig storage) {
    this.aggregator = aggregator;
    this.storage = storage;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  private static void train(int rounds, TinySite... sites) {
    for (int round = 0; round < rounds; round++) {
      for (TinySite site : sites) {
        site.workOnce(TaskKind.TRAIN);
      }
    }
  }

  private Digest model(RunId run, int round) {
    return aggregator.client().rounds(run).stream()
        .filter(view -> view.round() == round)
        .map(RoundView::model)
        .map(Objects::requireNonNull)
        .findFirst()
        .orElseThrow();
  }

  private void assertRefused(String code, RunId run, @Nullable Integer fromRound) {
    assertThatThrownBy(() -> aggregator.client().retry(run, fromRound))
        .isInstanceOf(KumiaiException.class)
        .extracting("code")
        .isEqualTo(code);
  }

  private static List<RoundView> history(RunId run) throws IOException {
    String rounds =
        RestAssured.get("/api/v1/runs/" + run + "/rounds?superseded=true")
            .then()
            .statusCode(200)
            .extract()
            .asString();
    return List.of(KumiaiJson.mapper().readValue(rounds, RoundView[].class));
  }

  /// FedAvgM, so that what the strategy remembers of round 1 has to come back, too.
  @Test
  void failedRunGoesOnFromTheRoundThatFailedAsIfItNeverHad() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 2, 1, 1);
    TinySpec spec = new TinySpec(a, b).rounds(3).strategy(Name.FEDAVGM, Map.of());
    RunId undisturbed = aggregator.startInitialized(spec, a);
    train(3, a, b);
    RunView expected = aggregator.awaitEnd(undisturbed);
    RunId run = aggregator.startInitialized(spec, a);
    train(1, a, b);
    a.workOnce(TaskKind.TRAIN);
    b.client().fail(b.claim(TaskKind.TRAIN), BROKEN);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.FAILED);

    RunView again = aggregator.client().retry(run, null);
    train(2, a, b);

    assertThat(again)
        .returns(RunPhase.TRAINING, RunView::phase)
        .returns(2, RunView::round)
        .returns(1, RunView::incarnation)
        .returns(null, RunView::reason)
        .returns(null, RunView::finished);
    assertThat(aggregator.awaitEnd(run))
        .returns(RunPhase.SUCCEEDED, RunView::phase)
        .returns(expected.model(), RunView::model);
    assertThat(model(run, 2)).isEqualTo(model(undisturbed, 2));
  }

  @Test
  void keepsWhatWasDoneAgainAndCountsItNoMore() throws IOException {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).rounds(3).measuredBy(1, null, a), a);
    for (long hits : List.of(2, 9, 9)) {
      a.workOnce(TaskKind.TRAIN);
      a.client().report(a.claim(TaskKind.EVALUATE), evaluated(hits));
    }
    assertThat(aggregator.awaitEnd(run).accuracy()).isEqualTo(0.9);
    Digest first = model(run, 2);

    aggregator.client().retry(run, 2);

    assertThat(aggregator.view(run).accuracy()).isEqualTo(0.2);
    a.workOnce(TaskKind.TRAIN);
    a.client().report(a.claim(TaskKind.EVALUATE), evaluated(4));
    aggregator.await(run, view -> view.round() == 3);
    assertThat(aggregator.client().rounds(run))
        .extracting(RoundView::round, RoundView::incarnation, RoundView::accuracy)
        .containsExactly(tuple(0, 0, null), tuple(1, 0, 0.2), tuple(2, 1, 0.4), tuple(3, 1, null));
    assertThat(model(run, 2)).isEqualTo(first);
    assertThat(history(run))
        .filteredOn(round -> round.supersededBy() != null)
        .hasSize(2)
        .allSatisfy(
            round -> {
              assertThat(round.supersededBy()).isEqualTo(1);
              assertThat(round.accuracy()).isEqualTo(0.9);
              assertThat(round.tasks())
                  .hasSize(2)
                  .allMatch(task -> task.state() == TaskView.State.SUCCEEDED);
            });
  }

  private static TaskReport evaluated(long hits) {
    return new TaskReport.Evaluated(10, 0.5, List.of(new TaskReport.ClassHits("pit", 10, hits)));
  }

  @Test
  void refusesWhatStillComesForTheRoundThatWasLeft() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, b).rounds(2), a);
    train(1, a, b);
    ClaimedTask left = a.claim(TaskKind.TRAIN);
    aggregator.client().suspend(run);

    aggregator.client().retry(run, 2);
    ClaimedTask fresh = a.claim(TaskKind.TRAIN);

    assertThat(fresh.round()).isEqualTo(2);
    assertThat(fresh.task()).isNotEqualTo(left.task());
    assertThat(fresh.spec()).isEqualTo(left.spec());
    assertThatThrownBy(() -> a.answer(left))
        .isInstanceOf(KumiaiException.Gone.class)
        .extracting("code")
        .isEqualTo("update-late");
    a.answer(fresh);
    b.workOnce(TaskKind.TRAIN);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void startsAllOverFromRoundZero() throws IOException {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).generating(30), a);
    a.client().fail(a.claim(TaskKind.GENERATE), BROKEN);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.FAILED);

    assertThat(aggregator.client().retry(run, null))
        .returns(RunPhase.INITIALIZING, RunView::phase)
        .returns(0, RunView::round)
        .returns(null, RunView::model);
    a.workOnce(TaskKind.INITIALIZE);
    a.workOnce(TaskKind.GENERATE);
    a.workOnce(TaskKind.TRAIN);

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(history(run))
        .extracting(RoundView::round, RoundView::incarnation)
        .containsExactly(tuple(0, 0), tuple(0, 1), tuple(1, 1));
  }

  @Test
  void runThatStoppedEarlyGoesOn() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).rounds(9).measuredBy(1, 1, a), a);
    for (long hits : List.of(5, 5)) {
      a.workOnce(TaskKind.TRAIN);
      a.client().report(a.claim(TaskKind.EVALUATE), evaluated(hits));
    }
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);

    assertRefused("retry-round-missing", run, null);
    assertRefused("retry-round-unreachable", run, 4);
    assertThat(aggregator.client().retry(run, 3).round()).isEqualTo(3);
  }

  @Test
  void manualRunThatWasCancelledBetweenRoundsGoesOnWithTheNext() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).rounds(3).manual(), a);
    aggregator.await(run, view -> view.phase() == RunPhase.READY);
    aggregator.client().startRound(run, 1);
    a.workOnce(TaskKind.TRAIN);
    aggregator.await(run, view -> view.phase() == RunPhase.READY && view.round() == 1);
    aggregator.client().cancel(run);

    assertThat(aggregator.client().retry(run, null))
        .returns(RunPhase.TRAINING, RunView::phase)
        .returns(2, RunView::round);
    a.workOnce(TaskKind.TRAIN);
    aggregator.await(run, view -> view.phase() == RunPhase.READY && view.round() == 2);
  }

  @Test
  void asynchronousRunDoesRoundsAgainWithoutWhatCameForThemBefore() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, b).rounds(2).buffer(2, 9), a);
    train(1, a, b);
    aggregator.await(run, view -> view.round() == 2);
    a.workOnce(TaskKind.TRAIN);
    aggregator.client().suspend(run);

    aggregator.client().retry(run, 1);
    train(2, a, b);

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(aggregator.client().rounds(run))
        .filteredOn(round -> round.round() > 0)
        .hasSize(2)
        .allSatisfy(
            round ->
                assertThat(round.tasks())
                    .hasSize(2)
                    .allMatch(task -> Objects.equals(task.aggregatedIn(), round.round())));
  }

  @Test
  void canBeRetriedAgainAndAgain() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).rounds(2), a);
    train(2, a);
    RunView first = aggregator.awaitEnd(run);
    for (int incarnation = 1; incarnation <= 3; incarnation++) {
      aggregator.client().retry(run, 1 + incarnation % 2);
      train(2 - incarnation % 2, a);
      assertThat(aggregator.awaitEnd(run))
          .returns(incarnation, RunView::incarnation)
          .returns(first.model(), RunView::model);
    }
  }

  @Test
  void refusesARunThatGoesOn() {
    TinySite a = aggregator.site("a", 1, 1, 1);

    assertRefused("run-active", aggregator.startInitialized(new TinySpec(a), a), 1);
  }

  @Test
  void refusesARoundWhoseWeightsAreGone() throws IOException {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).rounds(2), a);
    train(2, a);
    aggregator.awaitEnd(run);
    String gone = model(run, 1).hex();
    Files.delete(storage.data().resolve("artifacts").resolve(gone.substring(0, 2)).resolve(gone));

    assertRefused("round-weights-gone", run, 2);
    assertThat(aggregator.view(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    aggregator.client().retry(run, 1);
    train(2, a);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }
}
