package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec.Name;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The packaged aggregator carries out a run with every strategy that one can choose.
@SuppressWarnings("NullAway.Init") // set before all tests
class StrategiesIT {

  /// As many as Bulyan needs against one outlier.
  private static final int ENOUGH_SITES = 7;

  @TempDir private static Path folder = Path.of("");

  private static AggregatorProcess aggregator;
  private static AggregatorClient client;
  private static List<TinySite> sites;

  @BeforeAll
  static void start() throws IOException {
    aggregator = AggregatorProcess.start(folder.resolve("data"), Map.of());
    client = aggregator.client();
    sites =
        IntStream.range(0, ENOUGH_SITES)
            .mapToObj(i -> TinySite.join(aggregator.address(), "s" + i, 1 + 20 * i, 1, 1))
            .toList();
  }

  @AfterAll
  static void stop() {
    sites.forEach(TinySite::close);
    client.close();
    aggregator.close();
  }

  /// FEDBUFF's rounds are another matter: [AsynchronousRestartIT].
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FEDBUFF")
  void everyStrategyRunsToTheEndAndTellsAllOfItsParameters(Name name) {
    TinySpec spec = new TinySpec(sites.toArray(TinySite[]::new)).rounds(2).fitting(name);

    RunId run = client.createRun(spec.build()).run();
    Aggregator.await(
        () -> client.run(run).phase(),
        phase -> {
          sites.forEach(
              site ->
                  site.tryClaim(Duration.ZERO, TaskKind.INITIALIZE, TaskKind.TRAIN)
                      .ifPresent(site::answer));
          return phase.isTerminal();
        });

    RunView end = client.run(run);
    assertThat(end.phase()).as(end.reason()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(end.spec().strategy().parameters().keySet())
        .isEqualTo(name.kind().defaults().keySet());
    assertThat(client.rounds(run)).extracting(RoundView::model).hasSize(3).doesNotHaveDuplicates();
  }
}
