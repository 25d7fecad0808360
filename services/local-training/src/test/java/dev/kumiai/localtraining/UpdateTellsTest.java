package dev.kumiai.localtraining;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.protocol.run.StrategySpec.Weighting;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.task.TaskSpec;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What an update tells for the strategies that need more than weights.
final class UpdateTellsTest extends CastingsAtASite {

  @Test
  void tellsHowManyStepsItTook() throws Exception {
    Digest global = global(MLP);
    TrainingSpec threeSteps = new TrainingSpec(null, 3, 8, 0.05, 0.9, 0, 0, null, false);

    Path epochs = weights(train(global, null, Weighting.ALL));
    Path steps =
        weights(
            new TaskSpec.Train(
                MLP,
                DATA,
                threeSteps,
                global,
                null,
                fedAvg(Weighting.ALL),
                false,
                null,
                null,
                3,
                null));

    assertThat(metadata(epochs).steps()).isEqualTo(2 * Math.ceilDiv(OWN, 8));
    assertThat(metadata(steps).steps()).isEqualTo(3);
  }

  @Test
  void tellsTheLossOfTheReceivedModelWhenItIsAskedForAndTrainsAlike() throws Exception {
    Digest global = global(MLP);
    generate(castings(2), PLAN);

    Path silent = weights(train(global, PLAN, Weighting.ALL));
    Path asked = weights(train(global, PLAN, Weighting.ALL, true));
    Path again = weights(train(global, PLAN, Weighting.ALL, true));

    assertThat(metadata(silent).initialLoss()).isNull();
    assertThat(metadata(asked).initialLoss())
        .as("the generated images count, too")
        .isPositive()
        .isNotEqualTo(measured(global).loss());
    assertThat(firstTensor(asked)).isEqualTo(firstTensor(silent));
    assertThat(Digest.of(again)).isEqualTo(Digest.of(asked));
  }

  @Test
  void theLossOfTheReceivedModelIsThatOfAnEvaluation() throws Exception {
    Digest global = global(MLP);

    Path update = weights(train(global, null, Weighting.ALL, true));

    assertThat(metadata(update).initialLoss()).isEqualTo(measured(global).loss());
  }
}
