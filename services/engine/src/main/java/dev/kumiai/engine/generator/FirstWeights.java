package dev.kumiai.engine.generator;

import dev.kumiai.core.RunSeed;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.core.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// The weights that the training of a [Denoiser] starts from: uniform with mean 0 and variance 1 /
/// inputs of a unit (unlike the Gaussian it takes no logarithm, whose last bit differs between
/// machines), biases 0, normalisations the identity.
///
/// Blocks start as the identity and the network predicts 0 at first (Goyal et al. 2017, arXiv
/// 1706.02677): the layers that end them start from 0.
final class FirstWeights {

  private static final List<String> ZERO = List.of("conv2.weight", "project_weight", "last.weight");

  /// The vectors of classes and of words, see [#inputs].
  private static final String VECTORS = "vectors";

  private static final double VARIANCE_OF_UNIT_INTERVAL = 1.0 / 12;

  private FirstWeights() {}

  /// Draws one tensor; it follows from the seed and its name.
  static Tensor draw(TensorSpec spec, RunSeed seed) {
    float[] values = new float[Math.toIntExact(spec.elements())];
    if (spec.name().endsWith("norm.weight")) {
      Arrays.fill(values, 1);
    } else if (spec.shape().dimensions().size() > 1
        && ZERO.stream().noneMatch(spec.name()::endsWith)) {
      RandomGenerator random = seed.generator("weights", 0, spec.name());
      double width = Math.sqrt(1 / (VARIANCE_OF_UNIT_INTERVAL * inputs(spec)));
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (width * (random.nextDouble() - 0.5));
      }
    }
    return Tensor.ofFloats(spec.name(), spec.shape(), values);
  }

  /// Values that one output of a layer is computed from. The vector of a class or a word is one of
  /// them, so it is drawn with variance 1.
  private static long inputs(TensorSpec spec) {
    return spec.name().endsWith(VECTORS)
        ? 1
        : spec.elements() / spec.shape().dimensions().getFirst();
  }
}
