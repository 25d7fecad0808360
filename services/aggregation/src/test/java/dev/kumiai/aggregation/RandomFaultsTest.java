package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TaskView;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Fifty runs over a bad network with sites that nobody can rely on, while the clock jumps forth
/// and back. `-Dfaults.minutes=1` makes it shorter, `-Dfaults.seed=N` another one.
@Tag("slow")
@QuarkusTest
@TestProfile(RandomFaultsTest.Alone.class)
@QuarkusTestResource(TemporaryAggregator.class)
class RandomFaultsTest {

  /// An aggregator of its own, whose clock may be set back.
  public static class Alone implements QuarkusTestProfile {}

  private static final Logger LOG = Logger.getLogger(RandomFaultsTest.class);

  private static final int RUNS = 50;
  private static final int AT_ONCE = 5;
  private static final int SITES = 6;
  private static final int ROUNDS = 3;
  private static final Duration LASTING = Duration.ofMinutes(Long.getLong("faults.minutes", 10));
  private static final long SEED = Long.getLong("faults.seed", 20_261_127);

  /// A run whose quorum cannot be had ends by its deadline, which the clock brings within seconds.
  private static final Duration LONGEST_RUN = Duration.ofMinutes(3);

  private static final long BETWEEN_JUMPS_NANOS = 100_000_000;

  private final Aggregator aggregator;
  private final List<FaultyNetwork> networks = new ArrayList<>();
  private final List<FaultySite> sites = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(SEED);
  private long jumpsForth;
  private long jumpsBack;

  @TempDir private Path folder = Path.of("");

  @Inject
  RandomFaultsTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void close() throws IOException {
    for (FaultyNetwork network : networks) {
      network.close();
    }
    sites.forEach(FaultySite::close);
    aggregator.close();
  }

  @Test
  void everyRunEndsAndEveryAcceptedUpdateCountsOnce() throws IOException {
    join();
    List<UnderWay> underWay = new ArrayList<>();
    Map<RunPhase, Integer> ends = new EnumMap<>(RunPhase.class);
    long begun = System.nanoTime();
    int started = 0;
    int checked = 0;
    while (checked < started || moreToStart(started, begun)) {
      while (underWay.size() < AT_ONCE && moreToStart(started, begun)) {
        underWay.add(new UnderWay(start(started++), System.nanoTime()));
      }
      jump();
      for (UnderWay run : List.copyOf(underWay)) {
        RunView view = aggregator.view(run.id());
        if (view.phase().isTerminal()) {
          underWay.remove(run);
          check(view);
          ends.merge(view.phase(), 1, Integer::sum);
          checked++;
        } else {
          assertThat(System.nanoTime() - run.since())
              .as("run %s is stuck: %s", run.id(), view)
              .isLessThan(LONGEST_RUN.toNanos());
        }
      }
    }
    tell(ends, Duration.ofNanos(System.nanoTime() - begun));
    assertThat(ends.getOrDefault(RunPhase.SUCCEEDED, 0)).isGreaterThan(started / 2);
    assertThat(ends.keySet()).isSubsetOf(RunPhase.SUCCEEDED, RunPhase.FAILED);
    everythingHappened();
  }

  private record UnderWay(RunId id, long since) {}

  private static boolean moreToStart(int started, long begun) {
    return started < RUNS || System.nanoTime() - begun < LASTING.toNanos();
  }

  private void join() throws IOException {
    for (int i = 0; i < SITES; i++) {
      FaultyNetwork network = FaultyNetwork.to(Aggregator.address(), random.nextLong());
      networks.add(network);
      TinySite site = TinySite.join(network.address(), "faulty-" + i, 2 + i, 5, 9 - i);
      network.calm(false);
      sites.add(new FaultySite(site, random.nextLong()));
    }
  }

  private RunId start(int number) {
    TinySite[] all = sites.stream().map(FaultySite::site).toArray(TinySite[]::new);
    TinySpec spec = new TinySpec(all).rounds(ROUNDS).seed(number).maxAttempts(10).quorum(0.5, 600);
    return aggregator.start(
        switch (number % 5) {
          case 0, 1 -> spec;
          case 2 -> spec.strategy(StrategySpec.Name.FEDAVGM, Map.of());
          case 3 -> spec.strategy(StrategySpec.Name.MEDIAN, Map.of());
          default -> new TinySpec(all).rounds(ROUNDS).seed(number).maxAttempts(10).buffer(3, 9);
        });
  }

  /// Time goes fifty times as fast as it should, and now and then a correction sets it back.
  private void jump() {
    boolean back = random.nextInt(10) == 0;
    long seconds = random.nextLong(back ? 5 : 12);
    aggregator.pass(Duration.ofSeconds(back ? -seconds : seconds));
    if (back) {
      jumpsBack++;
    } else {
      jumpsForth++;
    }
    LockSupport.parkNanos(BETWEEN_JUMPS_NANOS);
  }

  private void check(RunView run) throws IOException {
    List<RoundView> rounds = aggregator.client().rounds(run.run());
    for (RoundView round : rounds) {
      List<FaultySite> counted = counted(round);
      for (FaultySite site : sites) {
        if (site.acknowledged().contains(new FaultySite.Acknowledged(run.run(), round.round()))) {
          assertThat(counted).as("an acknowledged update was lost in %s", run).contains(site);
        }
      }
      if (round.round() > 0
          && round.model() != null
          && run.spec().strategy().name() == StrategySpec.Name.FEDAVG) {
        assertMean(run, round, counted);
      }
    }
  }

  /// Those whose update the aggregator says it counted.
  private List<FaultySite> counted(RoundView round) {
    return sites.stream()
        .filter(
            site ->
                round.tasks().stream()
                    .anyMatch(
                        task ->
                            task.site().equals(site.site().id())
                                && task.kind() == TaskKind.TRAIN
                                && task.state() == TaskView.State.SUCCEEDED))
        .toList();
  }

  /// Worked out anew, in binary64, from what the sites say they sent: an update that counted twice
  /// or not at all would show.
  private void assertMean(RunView run, RoundView round, List<FaultySite> counted)
      throws IOException {
    Path file = folder.resolve("model");
    Files.deleteIfExists(file);
    aggregator.client().downloadModel(Objects.requireNonNull(round.model()), file);
    ModelWeights model = TinyModel.read(file);
    for (String name : List.of("output.weight", "output.bias")) {
      float[] found = model.get(name).toFloats();
      double[] mean = new double[found.length];
      double examples = 0;
      for (FaultySite site : counted) {
        float[] update = site.sent(run.run(), round.round()).get(name).toFloats();
        examples += site.site().examples();
        for (int i = 0; i < mean.length; i++) {
          mean[i] += (double) site.site().examples() * update[i];
        }
      }
      for (int i = 0; i < mean.length; i++) {
        assertThat((double) found[i])
            .as("%s[%d] of round %d of run %s", name, i, round.round(), run.run())
            .isCloseTo(mean[i] / examples, within(1e-6));
      }
    }
  }

  private void tell(Map<RunPhase, Integer> ends, Duration lasted) {
    LOG.infof("random faults: runs=%s seconds=%d seed=%d", ends, lasted.toSeconds(), SEED);
    for (FaultyNetwork.Fault fault : FaultyNetwork.Fault.values()) {
      LOG.infof("  %s: %d", fault, happened(fault));
    }
    for (FaultySite.Fate fate : FaultySite.Fate.values()) {
      LOG.infof("  %s: %d", fate, happened(fate));
    }
    LOG.infof("  clock jumps: %d forth, %d back", jumpsForth, jumpsBack);
  }

  private void everythingHappened() {
    assertThat(FaultyNetwork.Fault.values()).allMatch(fault -> happened(fault) > 0);
    assertThat(FaultySite.Fate.values()).allMatch(fate -> happened(fate) > 0);
    assertThat(Arrays.asList(jumpsForth, jumpsBack)).allMatch(jumps -> jumps > 0);
  }

  private long happened(FaultyNetwork.Fault fault) {
    return networks.stream().mapToLong(network -> network.happened(fault)).sum();
  }

  private long happened(FaultySite.Fate fate) {
    return sites.stream().mapToLong(site -> site.happened(fate)).sum();
  }
}
