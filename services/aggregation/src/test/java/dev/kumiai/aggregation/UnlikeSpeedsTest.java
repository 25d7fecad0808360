package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.strategy.Aggregation;
import dev.kumiai.core.strategy.Update;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.strategy.server.FedBuff;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskSpec;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sites that all work at once, each at its own speed, so that every run of this test goes another
/// way. Whatever the way, what is recorded of it explains every model, bit by bit.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class UnlikeSpeedsTest {

  private static final int ROUNDS = 12;
  private static final int BUFFER = 2;

  /// So many rounds each site lets go by before it answers. Two of them keep the rounds going.
  private static final int[] LAGS = {0, 0, 1, 2, 4};

  private final Aggregator aggregator;

  @Inject
  UnlikeSpeedsTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  @Test
  void everyUpdateCountsOnceAndEveryModelFollowsFromWhatIsRecorded(@TempDir Path folder)
      throws Exception {
    List<TinySite> sites = new ArrayList<>();
    for (int lag : LAGS) {
      sites.add(aggregator.site("lag" + lag, 1 + lag, 1, 1));
    }
    RunId run =
        aggregator.startInitialized(
            new TinySpec(sites.toArray(TinySite[]::new)).rounds(ROUNDS).buffer(BUFFER, 100),
            sites.getFirst());

    work(run, sites, folder);

    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).as(end.reason()).isEqualTo(RunPhase.SUCCEEDED);
    List<RoundView> rounds = aggregator.client().rounds(run);
    Map<Integer, List<TaskView>> counted = counted(rounds);
    assertThat(counted).hasSize(ROUNDS);
    assertThat(counted.values()).allSatisfy(updates -> assertThat(updates).hasSize(BUFFER));
    assertThat(counted.values().stream().flatMap(List::stream))
        .as("somebody was slow")
        .anySatisfy(task -> assertThat(staleness(task)).isGreaterThanOrEqualTo(2));
    for (int round = 1; round <= ROUNDS; round++) {
      assertThat(aggregate(rounds, round, Objects.requireNonNull(counted.get(round)), folder))
          .as("model of round %d", round)
          .isEqualTo(rounds.get(round).model());
    }
  }

  private void work(RunId run, List<TinySite> sites, Path folder) throws Exception {
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> done = new ArrayList<>();
      for (int i = 0; i < LAGS.length; i++) {
        TinySite site = sites.get(i);
        int lag = LAGS[i];
        Callable<Void> worker = () -> worker(run, site, lag, folder);
        done.add(workers.submit(worker));
      }
      for (Future<Void> worker : done) {
        worker.get();
      }
    }
  }

  private Void worker(RunId run, TinySite site, int lag, Path folder) throws IOException {
    while (!aggregator.view(run).phase().isTerminal()) {
      ClaimedTask task = site.tryClaim(Duration.ofSeconds(1), TaskKind.TRAIN).orElse(null);
      if (task != null) {
        aggregator.await(
            run, view -> view.round() >= task.round() + lag || view.phase().isTerminal());
        Files.copy(
            site.update((TaskSpec.Train) task.spec()), file(folder, site.id(), task.round()));
        try {
          site.answer(task);
        } catch (KumiaiException.Gone e) {
          assertThat(e.code()).isEqualTo("update-late");
        }
      }
    }
    return null;
  }

  private static Path file(Path folder, Object site, int round) {
    return folder.resolve(site + "-" + round);
  }

  private static Map<Integer, List<TaskView>> counted(List<RoundView> rounds) {
    Map<Integer, List<TaskView>> counted = new HashMap<>();
    for (RoundView round : rounds) {
      for (TaskView task : round.tasks()) {
        Integer in = task.aggregatedIn();
        if (in != null) {
          assertThat(task.state()).isEqualTo(TaskView.State.SUCCEEDED);
          counted.computeIfAbsent(in, _ -> new ArrayList<>()).add(task);
        }
      }
    }
    return counted;
  }

  private static int staleness(TaskView task) {
    return Objects.requireNonNull(task.aggregatedIn()) - task.round();
  }

  /// By core alone, from what the sites kept.
  private Digest aggregate(List<RoundView> rounds, int round, List<TaskView> counted, Path folder)
      throws IOException {
    List<Update> updates = new ArrayList<>();
    for (TaskView task : counted) {
      Update update =
          new Update(
              task.site(),
              Objects.requireNonNull(task.examples()),
              SafetensorsFile.open(file(folder, task.site(), task.round())));
      updates.add(
          staleness(task) == 0
              ? update
              : update.withBase(
                  new Update.Base(model(rounds, task.round() - 1, folder), staleness(task))));
    }
    Updates all = Updates.of(model(rounds, round - 1, folder), updates, LAGS.length);
    SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve("made" + round), all.specs(), Map.of());
    new Aggregation(FedBuff.DEFAULT, 1).run(all, writer, Progress.SILENT);
    return writer.finish();
  }

  private SafetensorsFile model(List<RoundView> rounds, int round, Path folder) throws IOException {
    Path file = folder.resolve("model" + round);
    if (Files.notExists(file)) {
      aggregator.client().downloadModel(Objects.requireNonNull(rounds.get(round).model()), file);
    }
    return SafetensorsFile.open(file);
  }
}
