package dev.kumiai.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.strategy.site.SiteHalf;
import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class DiffusionNetworkTest {

  private static final ImageForm FORM = new ImageForm(16, 1);
  private static final EngineDevice DEVICE = EngineDevice.cpu(1);
  private static final Network NETWORK = Network.ofGenerator(FORM, 3);
  private static final TrainingPlan PLAN =
      new TrainingPlan(null, 6, 16, 1e-3, 0.9, 0, 0, null, false);

  @Test
  void theSameSeedDrawsTheSameWeights() {
    ModelWeights first = NETWORK.initialWeights(5);

    assertThat(first.specs()).isEqualTo(NETWORK.specs()).allMatch(s -> s.dtype() == DType.F32);
    assertThat(floats(first)).isEqualTo(floats(NETWORK.initialWeights(5)));
    assertThat(floats(first)).isNotEqualTo(floats(NETWORK.initialWeights(6)));
  }

  @Test
  void anUntrainedNetworkExplainsNothing() {
    // Given a network that predicts 0, where v has the variance of noise and images together
    LabelledImages images = SyntheticImages.of(12, 3, FORM, 1);

    // When
    Evaluation evaluation =
        new Evaluator(DEVICE).evaluate(NETWORK, NETWORK.initialWeights(5), images, Progress.SILENT);

    // Then all classes are as good, so that the first is taken for all
    assertThat(evaluation.loss()).isBetween(0.5, 4.0);
    assertThat(evaluation.perClass())
        .extracting(Evaluation.ClassHits::hits)
        .containsExactly(4L, 0L, 0L);
  }

  @Test
  void trainingLowersTheLossAndIsTheSameEveryTime() {
    // Given
    LabelledImages images = SyntheticImages.of(24, 3, FORM, 1);
    ModelWeights first = NETWORK.initialWeights(5);

    // When
    TrainingResult result = train(images, first, LocalMethod.PLAIN);
    TrainingResult again = train(images, first, LocalMethod.PLAIN);

    // Then
    assertThat(floats(result.weights())).isEqualTo(floats(again.weights()));
    assertThat(result.meanLoss()).isPositive().isEqualTo(again.meanLoss());
    assertThat(result.steps()).isEqualTo(6);
    assertThat(loss(result.weights(), images)).isLessThan(loss(first, images));
  }

  @Test
  void stepsAreThoseOfAdam() {
    // Given one step from moments of 0, in which Adam moves each weight by the rate
    TrainingPlan one = new TrainingPlan(null, 1, 16, 1e-3, 0.9, 0, 0, null, false);
    ModelWeights first = NETWORK.initialWeights(5);

    // When
    ModelWeights moved =
        new LocalTrainer(DEVICE)
            .train(
                NETWORK,
                first,
                SyntheticImages.of(24, 3, FORM, 1),
                one,
                LocalMethod.PLAIN,
                7,
                Progress.SILENT)
            .weights();

    // Then, at the layer whose gradient is not 0 at first
    float[] before = first.get("last.weight").toFloats();
    float[] after = moved.get("last.weight").toFloats();
    for (int i = 0; i < before.length; i++) {
      assertThat(Math.abs(after[i] - before[i])).isCloseTo(1e-3f, within(2e-5f));
    }
  }

  @Test
  void sharpnessAwareStepsGoElsewhere() {
    LabelledImages images = SyntheticImages.of(24, 3, FORM, 1);
    ModelWeights first = NETWORK.initialWeights(5);

    TrainingResult sharp =
        train(images, first, new LocalMethod(new SiteHalf.FedSam(0.05), null, null));

    assertThat(floats(sharp.weights()))
        .isNotEqualTo(floats(train(images, first, LocalMethod.PLAIN).weights()));
    assertThat(loss(sharp.weights(), images)).isLessThan(loss(first, images));
  }

  @Test
  void hidesFeaturesThatAStrategyWouldWorkOn() {
    LocalMethod decorr = new LocalMethod(new SiteHalf.FedDecorr(0.1), null, null);
    assertThatThrownBy(
            () -> train(SyntheticImages.of(24, 3, FORM, 1), NETWORK.initialWeights(5), decorr))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            e -> assertThat(e.code()).isEqualTo("network-hides-features"));
  }

  private static TrainingResult train(
      LabelledImages images, ModelWeights from, LocalMethod method) {
    return new LocalTrainer(DEVICE).train(NETWORK, from, images, PLAN, method, 7, Progress.SILENT);
  }

  private static double loss(ModelWeights weights, LabelledImages images) {
    return new Evaluator(DEVICE).evaluate(NETWORK, weights, images, Progress.SILENT).loss();
  }

  private static float[] floats(ModelWeights weights) {
    FloatBuffer all = FloatBuffer.allocate(Math.toIntExact(weights.bytes() / Float.BYTES));
    weights.tensors().forEach(tensor -> all.put(tensor.toFloats()));
    return all.array();
  }
}
