package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.aggregation.config.StorageConfig;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskSpec;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a lost file leaves behind.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class UnsettledTest {

  private final Aggregator aggregator;
  private final StorageConfig storage;

  @Inject
  UnsettledTest(Aggregator aggregator, StorageConfig storage) {
    this.aggregator = aggregator;
    this.storage = storage;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
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
