package dev.kumiai.engine.generator;

import java.util.Objects;

/// The deterministic sampler DDIM (Song et al. 2021, arXiv 2010.02502) for a network that predicts
/// `v = alpha noise - sigma x` (Salimans and Ho 2022, arXiv 2202.00512).
///
/// One step from t to s: `x = clip(alpha_t z - sigma_t v)`, `noise = (z - alpha_t x) / sigma_t`,
/// `z' = alpha_s x + sigma_s noise`. The times are spread evenly. The estimate of the image is
/// clipped to the range of pixels, and the noise follows from the clipped estimate, since guidance
/// would drive it out of the range and further out with each step.
final class Ddim {

  /// Predicts `v` for noised images at one time.
  @FunctionalInterface
  interface Velocity {
    float[] at(float[] z, double t);
  }

  /// Told after each step how many are done.
  @FunctionalInterface
  interface Steps {
    void done(int steps);
  }

  private Ddim() {}

  /// Steps that it takes from time `from` to 0, where a whole sampling takes `stepsFromNoise`.
  static int steps(double from, int stepsFromNoise) {
    return (int) Math.ceil(from * stepsFromNoise - 1e-9);
  }

  /// Takes images from their state at time `from` to time 0.
  ///
  /// @param z the state at `from`; becomes the images
  /// @param scale knows the range that images are clipped to
  /// @param steps as of [#steps]; 0 leaves z as it is
  static void denoise(
      float[] z, double from, int steps, PixelScale scale, Velocity velocity, Steps listener) {
    for (int step = 0; step < steps; step++) {
      double t = from * (steps - step) / steps;
      double s = from * (steps - step - 1) / steps;
      move(z, velocity.at(z, t), t, s, scale);
      listener.done(step + 1);
    }
  }

  private static void move(float[] z, float[] v, double t, double s, PixelScale scale) {
    Objects.checkFromIndexSize(0, z.length, v.length);
    float alpha = (float) CosineSchedule.alpha(t);
    float sigma = (float) CosineSchedule.sigma(t);
    float nextAlpha = (float) CosineSchedule.alpha(s);
    float nextSigma = (float) CosineSchedule.sigma(s);
    float black = scale.black();
    float white = scale.white();
    for (int i = 0; i < z.length; i++) {
      float x = Math.clamp(alpha * z[i] - sigma * v[i], black, white);
      float noise = (z[i] - alpha * x) / sigma;
      z[i] = nextAlpha * x + nextSigma * noise;
    }
  }

  /// Classifier-free guidance (Ho and Salimans 2022, arXiv 2207.12598): `v + (scale - 1) (v - v0)`,
  /// away from the prediction v0 that knows no class.
  ///
  /// @param predictions of `values` numbers each: first those with the class, then those without
  static float[] guide(float[] predictions, int values, double scale) {
    float[] guided = new float[values];
    float weight = (float) scale;
    for (int i = 0; i < values; i++) {
      float unconditional = predictions[values + i];
      guided[i] = unconditional + weight * (predictions[i] - unconditional);
    }
    return guided;
  }
}
