package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.killpoints.KillPoints;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TaskView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// At each [KillPoint] the aggregator, or PostgreSQL, dies by kill -9 in the middle of a whole run,
/// and the run ends with the models of an undisturbed one: no update lost, none counted twice,
/// nothing left behind. One aggregator, one database and two sites serve all points, as a plant's
/// do: what a kill leaves, the next run finds.
@Tag("slow")
@DisabledIfEnvironmentVariable(
    named = "KUMIAI_NATIVE",
    matches = ".+",
    disabledReason = "kill points are an agent of a JVM")
class KillPointIT {

  private static final int ROUNDS = 2;
  private static final int KILLED = 137;

  @TempDir private static Path folder;
  private static PostgresServer postgres;
  private static KillPoints points;
  private static AggregatorProcess aggregator;
  private static AggregatorClient client;
  private static TinySite a;
  private static TinySite b;
  private static TinyWorkers workers;
  private static List<String> undisturbed;

  @BeforeAll
  static void runUndisturbed() throws IOException, InterruptedException {
    assumeThat(PostgresServer.programs()).as("PostgreSQL is installed").isPresent();
    postgres = PostgresServer.start();
    points = KillPoints.in(folder.resolve("points"), KillPoint.all());
    aggregator =
        AggregatorProcess.launch(folder.resolve("data"), config(), points.jvmOptions())
            .awaitListening();
    client = AggregatorProcess.client(aggregator.address());
    a = TinySite.join(aggregator.address(), "a", 5, 1, 1).wide();
    b = TinySite.join(aggregator.address(), "b", 1, 1, 9).wide();
    workers = new TinyWorkers(a, b);
    undisturbed = models(awaitEnd(client.createRun(spec()).run()));
    assertThat(undisturbed).hasSize(ROUNDS + 1).doesNotContain("null").doesNotHaveDuplicates();
  }

  @BeforeEach
  void leaveNothingOfEarlierRuns() {
    AggregatorProcess.removeArtifacts(folder.resolve("data"));
    a.forgetModels();
    b.forgetModels();
  }

  private static Map<String, String> config() {
    Map<String, String> config = new HashMap<>(postgres.profile());
    config.put("kumiai.aggregation.lease", "1s");
    config.put("kumiai.tasks.retry-delay", "100ms");
    return config;
  }

  private static RunSpec spec() {
    return new TinySpec(a, b)
        .rounds(ROUNDS)
        .lease(5)
        .strategy(StrategySpec.Name.FEDAVGM, Map.of())
        .generating(30)
        .measuredBy(1, null, a)
        .build();
  }

  @AfterAll
  static void stop() {
    if (workers != null) {
      workers.close();
      a.close();
      b.close();
    }
    if (client != null) {
      client.close();
    }
    if (aggregator != null) {
      aggregator.close();
    }
    if (postgres != null) {
      postgres.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theRunEndsAsIfNothingHadHappenedThoughTheAggregatorIsKilledAt(KillPoint point)
      throws IOException {
    Set<RunId> before = runs();
    Optional<RunId> asked;
    if (point.isAtStart()) {
      asked = ask();
      aggregator.kill();
      points.arm(point.name(), point.times());
      aggregator = aggregator.launchAgain();
    } else {
      points.arm(point.name(), point.times());
      asked = ask();
    }
    assertThat(aggregator.awaitExit()).isEqualTo(KILLED);
    assertThat(points.fired()).as("killed at the point").isTrue();
    points.disarm();
    aggregator = aggregator.launchAgain().awaitListening();

    endsAsUndisturbed(asked.orElseGet(() -> created(before)));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"STARTING", "CLEANING_UP"})
  void theRunEndsAsIfNothingHadHappenedThoughPostgresqlIsKilledAt(KillPoint point)
      throws InterruptedException {
    Set<RunId> before = runs();
    points.arm(point.name(), point.times(), postgres.process());
    Optional<RunId> asked = ask();
    postgres.awaitDeathAndStartAgain();
    assertThat(points.fired()).as("killed at the point").isTrue();
    points.disarm();

    endsAsUndisturbed(asked.orElseGet(() -> created(before)));
  }

  /// Asks for a run; empty when the answer was lost, and perhaps the run with it.
  private static Optional<RunId> ask() {
    try {
      return Optional.of(client.createRun(spec()).run());
    } catch (KumiaiException.Unavailable _) {
      return Optional.empty();
    }
  }

  /// As a user does whose answer was lost: looks whether the run is there, else asks again.
  private static RunId created(Set<RunId> before) {
    return runs().stream()
        .filter(run -> !before.contains(run))
        .findFirst()
        .orElseGet(() -> Aggregator.await(KillPointIT::ask, Optional::isPresent).orElseThrow());
  }

  private static Set<RunId> runs() {
    return Aggregator.awaitAnswer(client::runs, _ -> true).stream()
        .map(RunView::run)
        .collect(Collectors.toSet());
  }

  private static void endsAsUndisturbed(RunId run) {
    RunView end = awaitEnd(run);
    assertThat(end).returns(RunPhase.SUCCEEDED, RunView::phase);
    assertThat(models(end)).isEqualTo(undisturbed);
    assertThat(end.model()).hasToString(undisturbed.getLast());
    assertThat(client.rounds(run).stream().flatMap(round -> round.tasks().stream()))
        .filteredOn(task -> task.kind() == TaskKind.TRAIN)
        .hasSize(2 * ROUNDS)
        .allSatisfy(task -> assertThat(task).returns(TaskView.State.SUCCEEDED, TaskView::state));
    assertThat(
            Aggregator.await(
                () -> Aggregator.temporaryFilesIn(folder.resolve("data")), List::isEmpty))
        .isEmpty();
    assertThat(client.verifyLedger(run).findings()).isEmpty();
    assertThat(points.broken()).isEmpty();
    workers.requireWell();
  }

  private static RunView awaitEnd(RunId run) {
    return Aggregator.awaitAnswer(() -> client.run(run), view -> view.phase().isTerminal());
  }

  private static List<String> models(RunView run) {
    return client.rounds(run.run()).stream().map(RoundView::model).map(String::valueOf).toList();
  }
}
