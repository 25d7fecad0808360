package dev.kumiai.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class EvaluatorTest {

  private static final ImageForm FORM = new ImageForm(16, 1);

  private final Evaluator evaluator = new Evaluator(Golden.DEVICE);

  @Test
  void countsAndMeasuresAsPyTorchsScoresSay() throws IOException {
    // Given
    Network network = Network.of(Architecture.CNN, Golden.FORM, Golden.CLASSES);
    LabelledImages images = Golden.images();
    float[] expected = Golden.values("cnn.before");

    // When
    Evaluation evaluation =
        evaluator.evaluate(network, Golden.weights(network.specs()), images, Progress.SILENT);

    // Then
    double loss = 0;
    long[] hits = new long[Golden.CLASSES];
    for (int i = 0; i < images.size(); i++) {
      int row = i * Golden.CLASSES;
      int best = 0;
      for (int c = 1; c < Golden.CLASSES; c++) {
        best = expected[row + c] > expected[row + best] ? c : best;
      }
      loss -= expected[row + images.label(i)] / images.size();
      hits[images.label(i)] += best == images.label(i) ? 1 : 0;
    }
    assertThat(evaluation.loss()).isCloseTo(loss, within(1e-5));
    assertThat(evaluation.examples()).isEqualTo(6);
    assertThat(evaluation.perClass())
        .extracting(Evaluation.ClassHits::hits)
        .containsExactly(hits[0], hits[1], hits[2], hits[3], hits[4]);
    assertThat(evaluation.perClass())
        .extracting(Evaluation.ClassHits::examples)
        .containsExactly(2L, 1L, 1L, 1L, 1L);
  }

  @Test
  void measuresAllImagesHoweverManyBatchesTheyTake() {
    // Given an MLP whose last layer scores class 2 highest, always
    Network network = Network.of(Architecture.MLP, FORM, 3);
    ModelWeights weights =
        ModelWeights.of(network.specs().stream().map(spec -> constantUnlessLast(spec)).toList());
    int[] labels = new int[300];
    labels[0] = 2;
    labels[299] = 2;
    LabelledImages images =
        SyntheticImages.of(labels, 3, FORM, RandomGenerator.of("L64X128MixRandom"));

    // When
    Evaluation evaluation = evaluator.evaluate(network, weights, images, Progress.SILENT);

    // Then a class that does not occur is not listed
    assertThat(evaluation.perClass())
        .containsExactly(
            new Evaluation.ClassHits("class-0", 298, 0), new Evaluation.ClassHits("class-2", 2, 2));
    assertThat(evaluation.accuracy()).isCloseTo(2.0 / 300, within(1e-12));
    double logSum = Math.log(2 + Math.exp(1));
    assertThat(evaluation.loss()).isCloseTo((298 * logSum + 2 * (logSum - 1)) / 300, within(1e-6));
  }

  private static Tensor constantUnlessLast(TensorSpec spec) {
    float[] values = new float[(int) spec.elements()];
    if (spec.name().equals("fc3.bias")) {
      values[2] = 1;
    }
    return Tensor.ofFloats(spec.name(), spec.shape(), values);
  }

  @Test
  void refusesToMeasureOnNothing() {
    // Given
    Network network = Network.of(Architecture.MLP, FORM, 3);
    LabelledImages none = LabelledImages.none(List.of("a", "b", "c"), FORM);

    // Then
    assertThatThrownBy(
            () -> evaluator.evaluate(network, network.initialWeights(1), none, Progress.SILENT))
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting(e -> ((KumiaiException) e).code())
        .isEqualTo("site-has-no-data");
  }
}
