package dev.kumiai.engine.generator.stable;

/// What a network predicts of latents `z_t = alpha z + sigma e`.
enum Prediction {
  /// The noise `e` (Ho et al. 2020, arXiv 2006.11239).
  EPSILON {
    @Override
    float latents(float z, float predicted, float alpha, float sigma) {
      return (z - sigma * predicted) / alpha;
    }

    @Override
    float noise(float z, float predicted, float alpha, float sigma) {
      return predicted;
    }
  },
  /// `v = alpha e - sigma z` (Salimans and Ho 2022, arXiv 2202.00512).
  V {
    @Override
    float latents(float z, float predicted, float alpha, float sigma) {
      return alpha * z - sigma * predicted;
    }

    @Override
    float noise(float z, float predicted, float alpha, float sigma) {
      return alpha * predicted + sigma * z;
    }
  };

  /// The clean latents that a prediction amounts to.
  abstract float latents(float z, float predicted, float alpha, float sigma);

  /// The noise that a prediction amounts to.
  abstract float noise(float z, float predicted, float alpha, float sigma);
}
