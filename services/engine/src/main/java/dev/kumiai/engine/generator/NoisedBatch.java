package dev.kumiai.engine.generator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.kumiai.engine.data.LabelledImages;
import java.util.List;
import java.util.random.RandomGenerator;

/// What one step of training learns from: noised images, their times and conditions, and what to
/// predict.
///
/// Noise e and times t are drawn, then `z = alpha x + sigma e`, and `v = alpha e - sigma x` is to
/// be predicted (Salimans and Ho 2022, arXiv 2202.00512). Times have the density `pi / 2 sin(pi
/// t)`: at neither end is there much to learn, next to no noise or next to no image (Esser et al.
/// 2024, arXiv 2403.03206, who take a logit-normal one). Those of a batch are spread evenly from
/// one random offset, so that no batch lacks one kind of noise (Kingma et al. 2021, arXiv
/// 2107.00630).
final class NoisedBatch {

  private final float[] z;
  private final float[] v;
  private final double[] times;
  private final List<Condition> conditions;

  private NoisedBatch(int size, int values, List<Condition> conditions) {
    z = new float[size * values];
    v = new float[size * values];
    times = new double[size];
    this.conditions = List.copyOf(conditions);
  }

  /// Noises images.
  ///
  /// @param indices of the images
  /// @param conditions what each is said to show
  static NoisedBatch draw(
      PackedPixels layout,
      LabelledImages images,
      int[] indices,
      List<Condition> conditions,
      RandomGenerator random) {
    NoisedBatch batch = new NoisedBatch(indices.length, layout.values(), conditions);
    double offset = random.nextDouble();
    byte[] pixels = new byte[images.form().values()];
    float[] x = new float[layout.values()];
    for (int i = 0; i < indices.length; i++) {
      images.copyPixels(indices[i], pixels, 0);
      layout.pack(pixels, x, 0);
      batch.times[i] = timeOf((i + offset) / indices.length);
      noise(x, batch.times[i], random, batch.z, batch.v, i * layout.values());
    }
    return batch;
  }

  /// The time at a share, from 0 to 1, of the distribution of times.
  static double timeOf(double share) {
    return Math.acos(1 - 2 * share) / Math.PI;
  }

  /// Noises one packed image.
  ///
  /// @param z takes the noised image, from `offset`
  /// @param v takes what is to be predicted, likewise
  static void noise(
      float[] x, double time, RandomGenerator random, float[] z, float[] v, int offset) {
    double alpha = CosineSchedule.alpha(time);
    double sigma = CosineSchedule.sigma(time);
    for (int j = 0, k = offset; j < x.length; j++, k++) {
      double noise = random.nextGaussian();
      z[k] = (float) (alpha * x[j] + sigma * noise);
      v[k] = (float) (alpha * noise - sigma * x[j]);
    }
  }

  /// The mean of `(v' - v)^2` for the `v'` that a network predicts: the loss, in `scope`.
  NDArray loss(Denoiser denoiser, NDManager scope) {
    NDArray noised = scope.create(z, denoiser.shape(times.length));
    NDArray wanted = scope.create(v, denoiser.shape(times.length));
    return denoiser.predict(noised, times, conditions, true).sub(wanted).square().mean();
  }
}
