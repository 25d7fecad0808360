package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.aggregation.config.StorageConfig;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskSpec;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a crash, or a lost file, leaves behind.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class UnsettledTest {

  private final Aggregator aggregator;
  private final RunStore runs;
  private final StorageConfig storage;

  @Inject
  UnsettledTest(Aggregator aggregator, RunStore runs, StorageConfig storage) {
    this.aggregator = aggregator;
    this.runs = runs;
    this.storage = storage;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  /// The transaction of a cancellation, and a crash before anything else happened.
  private void cancelAndCrash(RunId id) {
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              Run run = runs.lock(id).orElseThrow();
              RunState.Active active = (RunState.Active) run.state();
              runs.save(run.in(active.cancel("cancelled by a user", Instant.now())));
            });
  }

  @Test
  void openTasksOfARunThatIsOverHoldNobodyUpAndAreCancelled() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId over = aggregator.startInitialized(new TinySpec(a), a);
    aggregator.await(over, view -> !view.tasks().isEmpty() && view.round() == 1);
    cancelAndCrash(over);

    RunId next = aggregator.start(new TinySpec(a));
    ClaimedTask task = a.claim(TaskKind.TRAIN, TaskKind.INITIALIZE);
    aggregator.pass(Duration.ZERO);

    assertThat(task.run()).isEqualTo(next);
    TaskView cancelled = aggregator.awaitTask(over, 1, TaskKind.TRAIN, a, TaskView.State.CANCELLED);
    assertThat(cancelled.finished()).isNotNull();
  }

  @Test
  void waitsForAnUpdateFileThatIsLostAndGoesOnWhenItIsRestored() throws IOException {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, b), a);
    ClaimedTask task = a.claim(TaskKind.TRAIN);
    Digest update = Digest.of(a.update((TaskSpec.Train) task.spec()));
    a.answer(task);
    Path kept = storage.data().resolve("artifacts").resolve(update.hex().substring(0, 2));
    Path aside = Files.move(kept.resolve(update.hex()), a.file("aside"));

    b.workOnce(TaskKind.TRAIN);
    aggregator.pass(Duration.ofMinutes(1));
    assertThat(aggregator.view(run).phase()).isEqualTo(RunPhase.TRAINING);
    Files.move(aside, kept.resolve(update.hex()));

    Aggregator.await(
        () -> {
          aggregator.pass(Duration.ofSeconds(20));
          return aggregator.view(run).phase();
        },
        phase -> phase == RunPhase.SUCCEEDED);
  }
}
