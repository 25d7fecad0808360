package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.EvaluationSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class WholeRunTest {

  @Test
  void runsFromFirstWeightsOverGenerationAndRoundsToAMeasuredModel() {
    URI base = TemporaryAggregator.address();
    try (AggregatorClient aggregator = new AggregatorClient(base);
        TinySite a = TinySite.join(base, "a", 10, 0, 2);
        TinySite b = TinySite.join(base, "b", 0, 5, 0);
        TinySite judge = TinySite.join(base, "judge", 10, 10, 10)) {
      RunSpec spec =
          new RunSpec(
              "whole",
              42,
              new DataSpec(TinySite.DATASET, TinySite.CLASSES, 32, 3, 0.05),
              new ModelSpec(ModelSpec.Architecture.CNN, null, null),
              List.of(a.id(), b.id()),
              2,
              TrainingSpec.DEFAULT,
              StrategySpec.DEFAULT,
              new GenerationSpec(
                  Digest.of(new byte[] {1}),
                  GenerationSpec.Allocation.DEFICIT,
                  30,
                  GenerationSpec.Guidance.PROMPT,
                  1,
                  2,
                  25),
              RoundSpec.DEFAULT,
              new EvaluationSpec(List.of(judge.id()), TinySite.DATASET, 1, null));

      RunView run = aggregator.createRun(spec);
      judge.workOnce(TaskKind.INITIALIZE);
      a.workOnce(TaskKind.GENERATE);
      b.workOnce(TaskKind.GENERATE);
      for (int round = 1; round <= 2; round++) {
        b.workOnce(TaskKind.TRAIN);
        a.workOnce(TaskKind.TRAIN);
        judge.workOnce(TaskKind.EVALUATE);
      }

      RunView last = aggregator.run(run.run());
      for (int i = 0; i < 500 && !last.phase().isTerminal(); i++) {
        LockSupport.parkNanos(10_000_000);
        last = aggregator.run(run.run());
      }
      assertThat(last.phase()).isEqualTo(RunPhase.SUCCEEDED);
      assertThat(aggregator.rounds(run.run())).hasSize(3);
      assertThat(new SiteId("a")).isEqualTo(a.id());
    }
  }
}
