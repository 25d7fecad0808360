package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The aggregator, its database or its bucket's server dies by kill -9 right after each answer, and
/// nothing that was answered is lost or counted twice; what the strategy remembers of a round is
/// not, either.
@Tag("slow")
class RestartIT {

  @TempDir private Path folder = Path.of("");

  @Test
  void whatWasAnsweredIsKeptInAFileThoughTheAggregatorIsKilledAfterEveryAnswer()
      throws IOException, InterruptedException {
    AggregatorProcess[] aggregator = {start(Map.of())};
    try {
      sameModelThough(aggregator[0], () -> aggregator[0] = aggregator[0].killAndStartAgain());
    } finally {
      aggregator[0].close();
    }
  }

  @Test
  void whatWasAnsweredIsKeptInPostgresqlThoughItOrTheAggregatorIsKilledAfterEveryAnswer()
      throws IOException, InterruptedException {
    assumeThat(PostgresServer.programs()).as("PostgreSQL is installed").isPresent();
    try (PostgresServer postgres = PostgresServer.start()) {
      AggregatorProcess[] aggregator = {start(postgres.profile())};
      int[] kills = {0};
      try {
        sameModelThough(
            aggregator[0],
            () -> {
              if (kills[0]++ % 2 == 0) {
                postgres.killAndStartAgain();
              } else {
                aggregator[0] = aggregator[0].killAndStartAgain();
              }
            });
      } finally {
        aggregator[0].close();
      }
    }
  }

  @Test
  void whatWasAnsweredIsKeptInABucketThoughItsServerOrTheAggregatorIsKilledAfterEveryAnswer()
      throws IOException, InterruptedException {
    try (S3Server s3 = S3Server.start()) {
      AggregatorProcess[] aggregator = {start(s3.config())};
      int[] kills = {0};
      try {
        sameModelThough(
            aggregator[0],
            () -> {
              if (kills[0]++ % 4 == 0) {
                aggregator[0] = aggregator[0].killAndStartAgain();
              } else {
                s3.kill();
                s3.startAgain();
              }
            });
      } finally {
        aggregator[0].close();
      }
    }
  }

  @Test
  void workersKeepWhatTheyHaveWhileTheBucketIsAway() throws IOException, InterruptedException {
    try (S3Server s3 = S3Server.start();
        AggregatorProcess aggregator = start(s3.config());
        AggregatorClient client = aggregator.client();
        TinySite site = TinySite.join(aggregator.address(), "a", 5, 1, 1)) {
      RunId run = client.createRun(new TinySpec(site).build()).run();
      site.workOnce(TaskKind.INITIALIZE);
      ClaimedTask task = site.claim(TaskKind.TRAIN);

      s3.kill();
      assertThatThrownBy(() -> site.answer(task))
          .isInstanceOf(KumiaiException.Unavailable.class)
          .extracting("code")
          .isEqualTo(AggregatorClient.ARTIFACTS_AWAY);
      assertThat(client.run(run).phase()).isEqualTo(RunPhase.TRAINING);

      s3.startAgain();
      site.answer(task);
      assertThat(awaitEnd(client, run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    }
  }

  @Test
  void roundsThatWereAskedForOrSentBackAreKeptThoughTheAggregatorIsKilledAfterEveryAnswer()
      throws IOException, InterruptedException {
    AggregatorProcess[] aggregator = {start(Map.of())};
    Disturbance kill = () -> aggregator[0] = aggregator[0].killAndStartAgain();
    try (AggregatorClient client = aggregator[0].client();
        TinySite a = TinySite.join(aggregator[0].address(), "a", 5, 1, 1)) {
      RunId run = client.createRun(new TinySpec(a).rounds(2).manual().build()).run();
      a.workOnce(TaskKind.INITIALIZE);
      for (int round = 1; round <= 2; round++) {
        int before = round - 1;
        Aggregator.await(
            () -> client.run(run),
            view -> view.phase() == RunPhase.READY && view.round() == before);
        client.startRound(run, round);
        kill.happen();
        assertThat(client.startRound(run, round).round()).isEqualTo(round);
        a.workOnce(TaskKind.TRAIN);
      }
      RunView first = awaitEnd(client, run);

      client.retry(run, 2);
      kill.happen();
      assertThat(client.run(run))
          .returns(RunPhase.TRAINING, RunView::phase)
          .returns(1, RunView::incarnation);
      a.workOnce(TaskKind.TRAIN);

      assertThat(awaitEnd(client, run))
          .returns(RunPhase.SUCCEEDED, RunView::phase)
          .returns(first.model(), RunView::model);
    } finally {
      aggregator[0].close();
    }
  }

  @Test
  void aSecondAggregatorOnTheSameFileEndsWithASentence() throws IOException {
    try (AggregatorProcess _ = start(Map.of());
        AggregatorProcess second =
            AggregatorProcess.launch(folder.resolve("data"), Map.of(), List.of())) {
      assertThat(second.awaitExit()).isEqualTo(1);
      assertThat(second.said())
          .contains("Another aggregator uses the data folder")
          .doesNotContain("\tat ");
    }
  }

  private AggregatorProcess start(Map<String, String> config) throws IOException {
    return AggregatorProcess.start(folder.resolve("data"), config);
  }

  /// Something dies and comes back.
  @FunctionalInterface
  private interface Disturbance {
    void happen() throws IOException, InterruptedException;
  }

  private static void sameModelThough(AggregatorProcess aggregator, Disturbance disturbance)
      throws IOException, InterruptedException {
    try (AggregatorClient client = aggregator.client();
        TinySite a = TinySite.join(aggregator.address(), "a", 5, 1, 1);
        TinySite b = TinySite.join(aggregator.address(), "b", 1, 1, 9)) {
      TinySpec spec =
          new TinySpec(a, b)
              .rounds(2)
              .strategy(StrategySpec.Name.FEDAVGM, Map.of())
              .generating(30)
              .measuredBy(2, null, a);
      List<Step> steps = steps(a, b);
      RunId undisturbed = client.createRun(spec.build()).run();
      steps.forEach(step -> step.site().workOnce(step.kind()));

      RunId disturbed = client.createRun(spec.build()).run();
      for (Step step : steps) {
        ClaimedTask task = step.site().claim(step.kind());
        disturbance.happen();
        answer(step, task);
        disturbance.happen();
        answer(step, task);
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
    }
  }

  /// As a worker does: it asks again while the aggregator is without its database.
  private static void answer(Step step, ClaimedTask task) {
    Aggregator.await(
        () -> {
          try {
            step.site().answer(task);
            return true;
          } catch (KumiaiException.Unavailable e) {
            assertThat(AggregatorClient.isAway(e)).as(e.code()).isTrue();
            return false;
          }
        },
        Boolean::booleanValue);
  }

  private record Step(TinySite site, TaskKind kind) {}

  private static List<Step> steps(TinySite a, TinySite b) {
    return List.of(
        new Step(a, TaskKind.INITIALIZE),
        new Step(b, TaskKind.GENERATE),
        new Step(a, TaskKind.GENERATE),
        new Step(a, TaskKind.TRAIN),
        new Step(b, TaskKind.TRAIN),
        new Step(b, TaskKind.TRAIN),
        new Step(a, TaskKind.TRAIN),
        new Step(a, TaskKind.EVALUATE));
  }

  private static RunView awaitEnd(AggregatorClient client, RunId run) {
    return Aggregator.await(() -> client.run(run), view -> view.phase().isTerminal());
  }

  private static List<String> models(AggregatorClient client, RunId run) {
    return client.rounds(run).stream().map(round -> String.valueOf(round.model())).toList();
  }
}
