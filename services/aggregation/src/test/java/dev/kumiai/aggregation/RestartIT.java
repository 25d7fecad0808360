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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The aggregator dies by kill -9 right after each of its answers, and nothing that it answered is
/// lost or counted twice.
class RestartIT {

  @TempDir private Path folder = Path.of("");

  @Test
  void whatWasAnsweredIsKeptThoughTheAggregatorIsKilledAfterEveryAnswer()
      throws IOException, InterruptedException {
    Path data = folder.resolve("data");
    AggregatorProcess aggregator = AggregatorProcess.start(data);
    try (AggregatorClient client = new AggregatorClient(aggregator.address());
        TinySite a = TinySite.join(aggregator.address(), "a", 5, 1, 1);
        TinySite b = TinySite.join(aggregator.address(), "b", 1, 1, 9)) {
      TinySpec spec = new TinySpec(a, b).rounds(1).generating(30).measuredBy(1, null, a);
      List<Step> steps = steps(a, b);
      RunId undisturbed = client.createRun(spec.build()).run();
      steps.forEach(step -> step.site().workOnce(step.kind()));

      RunId disturbed = client.createRun(spec.build()).run();
      for (Step step : steps) {
        ClaimedTask task = step.site().claim(step.kind());
        aggregator = aggregator.killAndStartAgain(data);
        step.site().answer(task);
        aggregator = aggregator.killAndStartAgain(data);
        step.site().answer(task);
      }

      RunView expected = awaitEnd(client, undisturbed);
      RunView end = awaitEnd(client, disturbed);
      assertThat(end.phase()).isEqualTo(RunPhase.SUCCEEDED);
      assertThat(end.model()).isEqualTo(expected.model());
      assertThat(models(client, disturbed)).isEqualTo(models(client, undisturbed));
      assertThat(client.rounds(disturbed))
          .flatExtracting(RoundView::tasks)
          .hasSize(steps.size())
          .allSatisfy(
              task ->
                  assertThat(task)
                      .returns(TaskView.State.SUCCEEDED, TaskView::state)
                      .returns(1, TaskView::attempt));
    } finally {
      aggregator.close();
    }
  }

  private record Step(TinySite site, TaskKind kind) {}

  private static List<Step> steps(TinySite a, TinySite b) {
    return List.of(
        new Step(a, TaskKind.INITIALIZE),
        new Step(b, TaskKind.GENERATE),
        new Step(a, TaskKind.GENERATE),
        new Step(a, TaskKind.TRAIN),
        new Step(b, TaskKind.TRAIN),
        new Step(a, TaskKind.EVALUATE));
  }

  private static RunView awaitEnd(AggregatorClient client, RunId run) {
    return Aggregator.await(() -> client.run(run), view -> view.phase().isTerminal());
  }

  private static List<String> models(AggregatorClient client, RunId run) {
    return client.rounds(run).stream().map(round -> String.valueOf(round.model())).toList();
  }
}
