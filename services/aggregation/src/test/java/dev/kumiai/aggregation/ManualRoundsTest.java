package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.aggregation.run.ChangeTrigger;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Rounds that start only when somebody asks for them.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class ManualRoundsTest {

  private final Aggregator aggregator;
  private final ChangeTrigger changeTrigger;

  @Inject
  ManualRoundsTest(Aggregator aggregator, ChangeTrigger changeTrigger) {
    this.aggregator = aggregator;
    this.changeTrigger = changeTrigger;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  private RunView awaitReady(RunId run, int round) {
    return aggregator.await(run, view -> view.phase() == RunPhase.READY && view.round() == round);
  }

  private void assertConflict(String code, RunId run, int round) {
    assertThatThrownBy(() -> aggregator.client().startRound(run, round))
        .isInstanceOf(KumiaiException.Conflict.class)
        .extracting("code")
        .isEqualTo(code);
  }

  @Test
  void endsWithTheSameModelAsARunWhoseRoundsStartByThemselves() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySpec spec = new TinySpec(a).rounds(2).generating(30).measuredBy(1, null, a);
    RunId automatic = aggregator.startInitialized(spec, a);
    a.workOnce(TaskKind.GENERATE);
    for (int task = 0; task < 4; task++) {
      a.workOnce(TaskKind.TRAIN, TaskKind.EVALUATE);
    }
    RunView expected = aggregator.awaitEnd(automatic);

    RunId run = aggregator.startInitialized(spec.manual(), a);
    a.workOnce(TaskKind.GENERATE);
    for (int round = 1; round <= 2; round++) {
      RunView ready = awaitReady(run, round - 1);
      assertThat(ready.model()).isNotNull();
      assertThat(ready.finished()).isNull();
      assertThat(a.tryClaim(Duration.ZERO, TaskKind.TRAIN)).isEmpty();
      assertThat(aggregator.client().startRound(run, round))
          .returns(RunPhase.TRAINING, RunView::phase)
          .returns(round, RunView::round);
      a.workOnce(TaskKind.TRAIN);
      a.workOnce(TaskKind.EVALUATE);
    }

    assertThat(aggregator.awaitEnd(run))
        .returns(RunPhase.SUCCEEDED, RunView::phase)
        .returns(expected.model(), RunView::model)
        .returns(expected.accuracy(), RunView::accuracy);
  }

  @Test
  void startsARoundOnceHoweverOftenItIsAskedFor() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).rounds(3).manual(), a);
    awaitReady(run, 0);

    aggregator.client().startRound(run, 1);
    aggregator.client().startRound(run, 1);
    a.workOnce(TaskKind.TRAIN);
    awaitReady(run, 1);

    assertConflict("round-done", run, 1);
    assertConflict("round-not-next", run, 3);
    assertThat(a.tryClaim(Duration.ZERO, TaskKind.TRAIN)).isEmpty();
    aggregator.client().startRound(run, 2);
    assertConflict("round-running", run, 3);
    assertConflict("round-done", run, 1);
  }

  @Test
  void whatStartsRoundsMayChangeFromOneToTheNext() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).rounds(3), a);
    aggregator.await(run, view -> view.phase() == RunPhase.TRAINING);

    changeTrigger.change(run, RoundSpec.Trigger.MANUAL);
    a.workOnce(TaskKind.TRAIN);
    RunView ready = awaitReady(run, 1);
    changeTrigger.change(run, RoundSpec.Trigger.AUTOMATIC);
    a.workOnce(TaskKind.TRAIN);
    a.workOnce(TaskKind.TRAIN);

    assertThat(ready.spec().round().trigger()).isEqualTo(RoundSpec.Trigger.MANUAL);
    assertThat(aggregator.awaitEnd(run)).returns(RunPhase.SUCCEEDED, RunView::phase);
    assertThatThrownBy(() -> changeTrigger.change(run, RoundSpec.Trigger.MANUAL))
        .isInstanceOf(KumiaiException.Conflict.class)
        .extracting("code")
        .isEqualTo("run-over");
  }

  @Test
  void startsWhicheverRoundIsNextWhenNoneIsNamed() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).rounds(3).manual(), a);
    awaitReady(run, 0);
    String rounds = "/api/v1/runs/" + run + "/rounds";

    assertThat(RestAssured.post(rounds).then().statusCode(201).extract().<Integer>path("round"))
        .isEqualTo(1);
    assertThat(RestAssured.post(rounds).then().statusCode(409).extract().<String>path("type"))
        .endsWith("/round-running");
    RestAssured.given()
        .contentType("application/json")
        .body("{\"round\": 1}")
        .post(rounds)
        .then()
        .statusCode(200);
    assertThat(
            RestAssured.given()
                .contentType("application/json")
                .body("{\"round\": 0}")
                .post(rounds)
                .then()
                .statusCode(400)
                .extract()
                .<String>path("violations[0].where"))
        .isEqualTo("/round");
  }

  @Test
  void waitsForNobodyButItsUser() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).rounds(2).manual(), a);
    awaitReady(run, 0);

    aggregator.pass(Duration.ofDays(30));
    assertThat(aggregator.view(run).phase()).isEqualTo(RunPhase.READY);
    aggregator.client().suspend(run);
    assertConflict("run-suspended", run, 1);
    assertThat(aggregator.client().resume(run).phase()).isEqualTo(RunPhase.READY);
    aggregator.client().cancel(run);
    assertConflict("run-over", run, 1);
  }

  @Test
  void refusesToStartRoundsThatStartByThemselves() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);

    assertConflict("run-not-manual", run, 1);
  }
}
