package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.killpoints.KillPoints;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.task.ClaimedTask;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/// Three aggregators on one PostgreSQL and one folder: every call of every site goes to another
/// one, and what comes of a run has the bits of a single aggregator's on H2, whoever dies.
@Tag("slow")
class ReplicasIT {

  private static final int REPLICAS = 3;
  private static final int ROUNDS = 3;
  private static final Pattern CLAIMED = Pattern.compile("round claimed (run=\\S+ round=\\d+)");

  @TempDir private Path folder = Path.of("");
  private PostgresServer postgres;
  private KillPoints points;
  private final List<AggregatorProcess> replicas = new ArrayList<>();
  private final List<TinySite> sites = new ArrayList<>();

  @BeforeEach
  void startOnAnEmptyDatabaseAllAtOnce() throws IOException, InterruptedException {
    assumeThat(PostgresServer.programs()).as("PostgreSQL is installed").isPresent();
    postgres = PostgresServer.start();
    points = KillPoints.in(folder.resolve("points"), KillPoint.all());
    Map<String, String> config = new HashMap<>(postgres.profile());
    config.put("kumiai.aggregation.lease", "1s");
    List<String> agent = Packaged.NATIVE ? List.of() : points.jvmOptions();
    for (int i = 0; i < REPLICAS; i++) {
      replicas.add(AggregatorProcess.launch(folder.resolve("data"), config, agent));
    }
    replicas.forEach(AggregatorProcess::awaitListening);
  }

  @AfterEach
  void stop() {
    sites.forEach(TinySite::close);
    replicas.forEach(AggregatorProcess::close);
    if (postgres != null) {
      postgres.close();
    }
  }

  private RunSpec spec(TinySite a, TinySite b) {
    return new TinySpec(a, b)
        .rounds(ROUNDS)
        .lease(5)
        .strategy(StrategySpec.Name.FEDAVGM, Map.of())
        .measuredBy(1, null, a)
        .build();
  }

  private List<String> undisturbedOnOne() throws IOException {
    try (AggregatorProcess one =
            AggregatorProcess.start(folder.resolve("one").resolve("data"), Map.of());
        AggregatorClient client = one.client();
        TinySite a = TinySite.join(one.address(), "a", 5, 1, 1);
        TinySite b = TinySite.join(one.address(), "b", 1, 1, 9);
        TinyWorkers _ = new TinyWorkers(a, b)) {
      return models(client, awaitEnd(client, client.createRun(spec(a, b)).run()));
    }
  }

  @Test
  void eachRoundIsSummedByOneAndTheResultIsThatOfASingleAggregator() throws IOException {
    List<String> expected = undisturbedOnOne();
    TinySite a = join(addresses(), "a", 5, 1, 1);
    TinySite b = join(addresses(), "b", 1, 1, 9);

    try (AggregatorClient client = AggregatorProcess.client(addresses().get(1));
        TinyWorkers _ = new TinyWorkers(a, b)) {
      RunId run = client.createRun(spec(a, b)).run();
      assertThat(models(client, awaitEnd(client, run))).isEqualTo(expected);
    }
    assertThat(claimedRounds()).hasSize(ROUNDS).doesNotHaveDuplicates();
  }

  @Test
  @DisabledIfEnvironmentVariable(
      named = "KUMIAI_NATIVE",
      matches = ".+",
      disabledReason = "kill points are an agent of a JVM")
  void whoeverDiesInMidRoundTheResultIsThatOfOneUndisturbedAggregator() throws IOException {
    List<String> expected = undisturbedOnOne();
    TinySite a = join(addresses(), "a", 5, 1, 1);
    TinySite b = join(addresses(), "b", 1, 1, 9);
    try (AggregatorClient client = AggregatorProcess.client(addresses().get(1))) {
      RunId disturbed = client.createRun(spec(a, b)).run();
      a.workOnce(TaskKind.INITIALIZE);
      ClaimedTask ofA = a.claim(TaskKind.TRAIN);
      ClaimedTask ofB = b.claim(TaskKind.TRAIN);
      a.answer(ofA);
      replicas.get(0).kill();
      try (TinyWorkers workers = new TinyWorkers()) {
        workers.answer(b, ofB);
      }
      // One of the two that are left dies while it aggregates round 2; nobody is started again.
      points.arm(KillPoint.AGGREGATING.name(), 1);
      try (TinyWorkers _ = new TinyWorkers(a, b)) {
        Aggregator.await(points::fired, Boolean::booleanValue);
        URI left = Aggregator.await(this::alive, alive -> alive.size() == 1).getFirst();
        try (AggregatorClient survivor = AggregatorProcess.client(left)) {
          RunView end = awaitEnd(survivor, disturbed);
          assertThat(end).returns(RunPhase.SUCCEEDED, RunView::phase);
          assertThat(models(survivor, end)).isEqualTo(expected);
        }
      }
    }
    assertThat(points.broken()).isEmpty();
  }

  private List<URI> addresses() {
    return replicas.stream().map(AggregatorProcess::address).toList();
  }

  private TinySite join(List<URI> addresses, String name, int... perClass) {
    TinySite site = TinySite.join(addresses, name, perClass);
    sites.add(site);
    return site;
  }

  private List<URI> alive() {
    return replicas.stream()
        .filter(AggregatorProcess::isAlive)
        .map(AggregatorProcess::address)
        .toList();
  }

  private List<String> claimedRounds() {
    return replicas.stream()
        .flatMap(replica -> CLAIMED.matcher(replica.said()).results())
        .map(found -> found.group(1))
        .toList();
  }

  private static RunView awaitEnd(AggregatorClient client, RunId run) {
    return Aggregator.awaitAnswer(() -> client.run(run), view -> view.phase().isTerminal());
  }

  private static List<String> models(AggregatorClient client, RunView run) {
    return client.rounds(run.run()).stream().map(RoundView::model).map(String::valueOf).toList();
  }
}
