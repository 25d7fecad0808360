package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.Heartbeat;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class CancelTest {

  private final Aggregator aggregator;

  @Inject
  CancelTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  @Test
  void tellsTheWorkerToStopAndRefusesItsUpdate() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    ClaimedTask task = a.claim(TaskKind.TRAIN);

    RunView cancelled = aggregator.client().cancel(run);

    assertThat(cancelled.phase()).isEqualTo(RunPhase.CANCELLED);
    assertThat(cancelled.reason()).isEqualTo("cancelled by a user");
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, a).state())
        .isEqualTo(TaskView.State.CANCELLED);
    Heartbeat.Answer answer =
        a.client().heartbeat(task, new Heartbeat(0.1, "batch 1"), Duration.ofSeconds(5));
    assertThat(answer.cancel()).isTrue();
    assertThatThrownBy(() -> a.answer(task)).isInstanceOf(KumiaiException.Gone.class);
    assertThat(aggregator.client().rounds(run))
        .allSatisfy(round -> assertThat(round.finished()).isNotNull());
  }

  @Test
  void handsOutNoTaskOfACancelledRun() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    aggregator.await(run, view -> view.phase() == RunPhase.TRAINING);

    aggregator.client().cancel(run);

    assertThat(a.tryClaim(Duration.ZERO, TaskKind.TRAIN)).isEmpty();
  }

  @Test
  void cancellingTwiceChangesNothing() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a));

    RunView first = aggregator.client().cancel(run);
    RunView second = aggregator.client().cancel(run);

    assertThat(second.finished()).isEqualTo(first.finished());
  }

  @Test
  void refusesToCancelWhatIsOver() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    a.workOnce(TaskKind.TRAIN);
    aggregator.awaitEnd(run);

    assertThatThrownBy(() -> aggregator.client().cancel(run))
        .isInstanceOf(KumiaiException.Conflict.class)
        .extracting("code")
        .isEqualTo("run-over");
  }
}
