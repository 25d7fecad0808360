package dev.kumiai.engine.generator.stable;

import dev.kumiai.core.KumiaiException;

/// How much of the latents is left at each timestep of a model: `z_t = alpha_t z + sigma_t e`,
/// where `alpha_t^2 = (1 - beta_0) ... (1 - beta_t)` and `alpha_t^2 + sigma_t^2 = 1` (Ho et al.
/// 2020, arXiv 2006.11239, equation 4).
///
/// The betas are spread evenly from start to end (`linear`), or their square roots are
/// (`scaled_linear`, Rombach et al. 2022, arXiv 2112.10752). They are rounded to float32, as the
/// model knew them when it was trained; the products are kept in float64.
final class NoiseSchedule {

  private final double[] alphasSquared;

  /// @param betas of a model's manifest
  NoiseSchedule(BundleManifest.Betas betas) {
    this.alphasSquared = new double[betas.steps()];
    double product = 1;
    for (int t = 0; t < betas.steps(); t++) {
      product *= 1 - beta(betas, (double) t / (betas.steps() - 1));
      alphasSquared[t] = product;
    }
  }

  private static double beta(BundleManifest.Betas betas, double at) {
    return switch (betas.kind()) {
      case LINEAR -> (float) (betas.start() + at * (betas.end() - betas.start()));
      case SCALED_LINEAR -> {
        double from = Math.sqrt(betas.start());
        float root = (float) (from + at * (Math.sqrt(betas.end()) - from));
        yield root * root;
      }
    };
  }

  /// Timesteps that the model was trained on.
  int steps() {
    return alphasSquared.length;
  }

  /// Square of the share of the latents at timestep `t`.
  double alphaSquared(int t) {
    return alphasSquared[t];
  }

  /// Share of the latents at timestep `t`.
  double alpha(int t) {
    return Math.sqrt(alphasSquared[t]);
  }

  /// Share of the noise at timestep `t`.
  double sigma(int t) {
    return Math.sqrt(1 - alphasSquared[t]);
  }

  /// A sampling takes at most `most` steps: a timestep visited twice would divide by 0.
  static int requireSteps(int steps, int most) {
    if (steps < 1 || steps > most) {
      throw new KumiaiException.Invalid(
          "generation-request-invalid",
          "this generator takes 1 to %d sampling steps, not %d".formatted(most, steps));
    }
    return steps;
  }
}
