package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.aggregation.run.SuspendRun;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class SuspendTest {

  private final Aggregator aggregator;
  private final SuspendRun suspendRun;

  @Inject
  SuspendTest(Aggregator aggregator, SuspendRun suspendRun) {
    this.aggregator = aggregator;
    this.suspendRun = suspendRun;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  @Test
  void endsWithTheSameModelAsARunThatWasNeverOnHold() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId undisturbed = aggregator.startInitialized(new TinySpec(a, b).rounds(2), a);
    trainTwice(a, b);
    RunView expected = aggregator.awaitEnd(undisturbed);

    RunId run = aggregator.startInitialized(new TinySpec(a, b).rounds(2), a);
    a.workOnce(TaskKind.TRAIN);
    aggregator.client().suspend(run);
    aggregator.client().resume(run);
    b.workOnce(TaskKind.TRAIN);
    a.workOnce(TaskKind.TRAIN);
    b.workOnce(TaskKind.TRAIN);

    assertThat(aggregator.awaitEnd(run))
        .returns(RunPhase.SUCCEEDED, RunView::phase)
        .returns(expected.model(), RunView::model);
  }

  private static void trainTwice(TinySite a, TinySite b) {
    for (int round = 0; round < 2; round++) {
      a.workOnce(TaskKind.TRAIN);
      b.workOnce(TaskKind.TRAIN);
    }
  }

  @Test
  void acceptsWhatIsOutTakesNoStepAndHandsOutNothing() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, b), a);
    ClaimedTask out = a.claim(TaskKind.TRAIN);

    RunView suspended = aggregator.client().suspend(run);
    a.answer(out);

    assertThat(suspended)
        .returns(RunPhase.SUSPENDED, RunView::phase)
        .returns("suspended by a user", RunView::reason)
        .returns(null, RunView::finished);
    aggregator.awaitTask(run, 1, TaskKind.TRAIN, a, TaskView.State.SUCCEEDED);
    assertThat(b.tryClaim(Duration.ZERO, TaskKind.TRAIN)).isEmpty();
    aggregator.pass(Duration.ofHours(1));
    assertThat(aggregator.view(run).phase()).isEqualTo(RunPhase.SUSPENDED);

    aggregator.client().resume(run);
    b.workOnce(TaskKind.TRAIN);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void doesNotKeepOtherRunsFromTheirSites() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId held = aggregator.startInitialized(new TinySpec(a), a);
    aggregator.await(held, view -> !view.tasks().isEmpty());
    aggregator.client().suspend(held);

    RunId next = aggregator.start(new TinySpec(a));

    assertThat(a.claim(TaskKind.INITIALIZE, TaskKind.TRAIN).run()).isEqualTo(next);
  }

  @Test
  void suspendingAndResumingTwiceChangesNothing() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a));

    suspendRun.becauseStorageIsFull(run);
    RunView again = aggregator.client().suspend(run);

    assertThat(again.reason()).contains("disk is full").contains("resume");
    assertThat(aggregator.client().resume(run).phase()).isEqualTo(RunPhase.INITIALIZING);
    assertThat(aggregator.client().resume(run).phase()).isEqualTo(RunPhase.INITIALIZING);
  }

  @Test
  void canBeCancelledWhileOnHold() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    a.claim(TaskKind.TRAIN);
    aggregator.client().suspend(run);

    assertThat(aggregator.client().cancel(run).phase()).isEqualTo(RunPhase.CANCELLED);
    aggregator.awaitTask(run, 1, TaskKind.TRAIN, a, TaskView.State.CANCELLED);
    assertThatThrownBy(() -> aggregator.client().resume(run))
        .isInstanceOf(KumiaiException.Conflict.class)
        .extracting("code")
        .isEqualTo("run-over");
    assertThatThrownBy(() -> aggregator.client().suspend(run))
        .isInstanceOf(KumiaiException.Conflict.class);
  }
}
