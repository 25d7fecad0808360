package dev.kumiai.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LocalTrainerTest {

  private static final ImageForm FORM = new ImageForm(28, 1);
  private static final EngineDevice DEVICE = EngineDevice.cpu(1);

  @ParameterizedTest
  @EnumSource
  void learnsToTellClassesApart(Architecture architecture) {
    // Given
    Network network = Network.of(architecture, FORM, 4);
    ModelWeights initial = network.initialWeights(7);
    LabelledImages images = SyntheticImages.of(128, 4, FORM, 1);
    TrainingPlan plan = new TrainingPlan(null, 30, 32, 0.05, 0.9, 5e-4, 0, null, false);

    // When
    TrainingResult result =
        new LocalTrainer(DEVICE).train(network, initial, images, plan, 3, Progress.SILENT);

    // Then
    LabelledImages unseen = SyntheticImages.of(80, 4, FORM, 2);
    Evaluator evaluator = new Evaluator(DEVICE);
    Evaluation before = evaluator.evaluate(network, initial, unseen, Progress.SILENT);
    Evaluation after = evaluator.evaluate(network, result.weights(), unseen, Progress.SILENT);
    assertThat(after.accuracy()).isGreaterThan(0.9);
    assertThat(after.loss()).isLessThan(before.loss() / 2);
    assertThat(result.examples()).isEqualTo(128);
  }
}
