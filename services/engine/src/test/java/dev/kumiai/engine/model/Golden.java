package dev.kumiai.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// What PyTorch computed, made by `src/test/python/make_golden.py`, and the inputs it computed it
/// from.
final class Golden {

  static final ImageForm FORM = new ImageForm(20, 3);
  static final int CLASSES = 5;
  static final EngineDevice DEVICE = EngineDevice.cpu(1);

  /// As in the script: four steps over all images at once.
  static final TrainingPlan PLAN = new TrainingPlan(4, null, 6, 0.05, 0.9, 5e-4, 0.1, 1.0, false);

  private static final int IMAGES = 6;

  private Golden() {}

  /// A file beside this class.
  static Path file(String name) {
    try {
      return Path.of(Golden.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static float[] values(String name) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(file("golden.safetensors"))) {
      return file.weights().get(name).toFloats();
    }
  }

  static LabelledImages images() {
    List<byte[]> pixels = new ArrayList<>();
    for (int image = 0; image < IMAGES; image++) {
      byte[] bytes = new byte[FORM.values()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (pseudo((long) image * bytes.length + i, 99) * 256);
      }
      pixels.add(bytes);
    }
    int[] labels = IntStream.range(0, IMAGES).map(i -> i % CLASSES).toArray();
    List<String> classes = IntStream.range(0, CLASSES).mapToObj(c -> "class-" + c).toList();
    return LabelledImages.of(classes, FORM, pixels, labels);
  }

  static ModelWeights weights(List<TensorSpec> specs) {
    return weights(specs, 0);
  }

  /// Others for each salt.
  static ModelWeights weights(List<TensorSpec> specs, int firstSalt) {
    return ModelWeights.of(
        IntStream.range(0, specs.size())
            .mapToObj(index -> fill(specs.get(index), firstSalt + index))
            .toList());
  }

  private static Tensor fill(TensorSpec spec, int salt) {
    float[] values = new float[(int) spec.elements()];
    List<Long> dimensions = spec.shape().dimensions();
    for (int i = 0; i < values.length; i++) {
      double spread = pseudo(i, salt) - 0.5;
      values[i] =
          dimensions.size() > 1
              ? (float) (spread * 2 * Math.sqrt(6.0 * dimensions.getFirst() / values.length))
              : (float) (spread * 0.2 + 0.5);
    }
    return Tensor.ofFloats(spec.name(), spec.shape(), values);
  }

  private static double pseudo(long index, int salt) {
    return (double) ((index * 1103515245L + salt * 7919L + 12345) % (1L << 31)) / (1L << 31);
  }

  /// As numpy.allclose: each |actual - expected| is at most `absolute` + 5e-5 |expected|.
  ///
  /// A CPU's kernels choose the order in which they sum, so the last bits of a logit differ between
  /// machines, in proportion to what was summed, and each step of training with momentum multiplies
  /// the difference. A log-probability of -15 is a difference of logits that large; one bound for
  /// it and for one of -0.1 would hold on some machines only, or find no mistake.
  static void assertClose(float[] actual, float[] expected, double absolute) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i])
          .as("value %d", i)
          .isCloseTo(expected[i], within(absolute + 5e-5 * Math.abs(expected[i])));
    }
  }

  /// Log-probabilities of all images, as the network has them after training.
  static float[] logProbabilities(Network network, ModelWeights weights) {
    LabelledImages images = images();
    try (NDManager scope = DEVICE.newScope()) {
      int[] all = IntStream.range(0, images.size()).toArray();
      return network
          .load(DEVICE, scope, weights)
          .requireClassifier()
          .logProbabilities(Batch.of(images, all, scope).images(), false)
          .toFloatArray();
    }
  }
}
