package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The aggregator dies by kill -9 in the middle of asynchronous rounds: with tasks out that outlive
/// rounds, with an update in the buffer, and right after one has filled it. The same answers in the
/// same order make the same models, and each counts in the same round.
@Tag("slow")
class AsynchronousRestartIT {

  @TempDir private Path folder = Path.of("");

  /// What sites do between two deaths.
  @FunctionalInterface
  private interface Act {
    void happen() throws IOException, InterruptedException;
  }

  @Test
  void buffersAndStalenessOutliveTheAggregator() throws IOException, InterruptedException {
    AggregatorProcess[] aggregator = {AggregatorProcess.start(folder.resolve("data"), Map.of())};
    try (AggregatorClient client = aggregator[0].client();
        TinySite a = TinySite.join(aggregator[0].address(), "a", 5, 1, 1);
        TinySite b = TinySite.join(aggregator[0].address(), "b", 1, 1, 9);
        TinySite slow = TinySite.join(aggregator[0].address(), "slow", 1, 7, 1)) {
      TinySpec spec = new TinySpec(a, b, slow).rounds(3).buffer(2, 100);
      RunId undisturbed = client.createRun(spec.build()).run();
      play(a, b, slow, () -> {});
      RunView expected = awaitEnd(client, undisturbed);

      RunId disturbed = client.createRun(spec.build()).run();
      play(a, b, slow, () -> aggregator[0] = aggregator[0].killAndStartAgain());
      RunView end = awaitEnd(client, disturbed);

      assertThat(end.phase()).as(end.reason()).isEqualTo(RunPhase.SUCCEEDED);
      assertThat(end.model()).isEqualTo(expected.model());
      assertThat(client.rounds(disturbed))
          .extracting(RoundView::model)
          .isEqualTo(client.rounds(undisturbed).stream().map(RoundView::model).toList());
      assertThat(aggregatedIn(client, disturbed))
          .isEqualTo(aggregatedIn(client, undisturbed))
          .containsEntry("slow 1", 3)
          .hasSize(6);
    } finally {
      aggregator[0].close();
    }
  }

  private static void play(TinySite a, TinySite b, TinySite slow, Act death)
      throws IOException, InterruptedException {
    a.workOnce(TaskKind.INITIALIZE);
    ClaimedTask first = slow.claim(TaskKind.TRAIN);
    a.workOnce(TaskKind.TRAIN);
    death.happen();
    b.workOnce(TaskKind.TRAIN);
    death.happen();
    b.workOnce(TaskKind.TRAIN);
    a.workOnce(TaskKind.TRAIN);
    ClaimedTask third = b.claim(TaskKind.TRAIN);
    death.happen();
    slow.answer(first);
    slow.answer(first);
    death.happen();
    b.answer(third);
  }

  private static Map<String, Integer> aggregatedIn(AggregatorClient client, RunId run) {
    Map<String, Integer> rounds = new TreeMap<>();
    for (RoundView round : client.rounds(run)) {
      for (TaskView task : round.tasks()) {
        Integer in = task.aggregatedIn();
        if (in != null) {
          rounds.put(task.site() + " " + task.round(), in);
        }
      }
    }
    return rounds;
  }

  private static RunView awaitEnd(AggregatorClient client, RunId run) {
    return Aggregator.await(() -> client.run(run), view -> view.phase().isTerminal());
  }
}
