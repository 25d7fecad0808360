package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.PilotId;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.pilot.PilotPhase;
import dev.kumiai.protocol.pilot.PilotReport;
import dev.kumiai.protocol.pilot.PilotSpec;
import dev.kumiai.protocol.pilot.PilotView;
import dev.kumiai.protocol.run.RunView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A pilot goes on after a kill -9 wherever it was, starts no run twice and comes to the same.
@Tag("slow")
class PilotRestartIT {

  @TempDir private Path folder = Path.of("");

  /// Well below what the test waits: a task whose claim was never answered is free after that.
  private static final int LEASE_SECONDS = 5;

  @Test
  void comesToTheSameThoughTheAggregatorIsKilledAgainAndAgain()
      throws IOException, InterruptedException {
    AggregatorProcess[] aggregator = {AggregatorProcess.start(folder.resolve("data"), Map.of())};
    try (AggregatorClient client = AggregatorProcess.client(aggregator[0].address());
        TinySite a = TinySite.join(aggregator[0].address(), "a", 5, 1, 1);
        TinySite b = TinySite.join(aggregator[0].address(), "b", 1, 1, 9);
        TinySite judge = TinySite.join(aggregator[0].address(), "judge", 9, 9, 9);
        TinyWorkers _ = new TinyWorkers(a, b, judge)) {
      PilotSpec spec =
          new TinyPilot(
                  new TinySpec(a, b)
                      .rounds(2)
                      .generating(30)
                      .measuredBy(1, null, judge)
                      .lease(LEASE_SECONDS),
                  judge,
                  a,
                  b)
              .arms(Arm.NONE, Arm.GENERATION, Arm.CLASSICAL)
              .build();
      PilotId undisturbed = client.createPilot(spec).pilot();
      awaitRuns(client, undisturbed, 6);
      PilotReport expected = client.pilotReport(undisturbed);

      PilotId disturbed = client.createPilot(spec).pilot();
      for (int runs = 1; runs <= 6; runs++) {
        aggregator[0] = aggregator[0].killAndStartAgain();
        int started = runs;
        Aggregator.awaitAnswer(
            () -> client.pilot(disturbed), view -> view.runs().size() >= started);
      }

      PilotView end = awaitRuns(client, disturbed, 6);
      assertThat(end.runs())
          .extracting(PilotView.Started::number)
          .containsExactly(0, 1, 2, 3, 4, 5);
      PilotReport report = client.pilotReport(disturbed);
      assertThat(report.verdict()).isEqualTo(expected.verdict());
      assertThat(report.runs())
          .usingRecursiveComparison()
          .comparingOnlyFields("arm", "seed", "accuracy", "rounds", "sites")
          .isEqualTo(expected.runs());
      assertThat(client.runs())
          .extracting(RunView::run)
          .as("no run but those of the two pilots")
          .hasSize(12)
          .containsAll(end.runs().stream().map(PilotView.Started::run).toList());
      assertThat(client.verifyLedger(null).findings()).isEmpty();
    } finally {
      aggregator[0].close();
    }
  }

  private static PilotView awaitRuns(AggregatorClient client, PilotId pilot, int runs) {
    PilotView end =
        Aggregator.awaitAnswer(() -> client.pilot(pilot), view -> view.phase().isTerminal());
    assertThat(end.phase()).as(end.reason()).isEqualTo(PilotPhase.SUCCEEDED);
    assertThat(end.runs()).hasSize(runs);
    assertThat(end.planned()).isEqualTo(runs);
    return end;
  }
}
