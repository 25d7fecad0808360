package dev.kumiai.engine.generator.stable;

/// The deterministic sampler DDIM (Song et al. 2021, arXiv 2010.02502, equation 12 with eta 0): one
/// step from t to s is `z_s = alpha_s x + sigma_s e`, with the clean latents `x` and the noise `e`
/// that the prediction at t amounts to.
///
/// Of T trained timesteps every (T / steps)th is visited, shifted by the offset of the model's
/// scheduler, which for Stable Diffusion is 1 ("leading"). That may be one too far where every
/// timestep is visited: it is cut off there.
final class DdimSampler implements Sampler {

  private final NoiseSchedule schedule;
  private final Prediction prediction;
  private final BundleManifest.DdimSettings settings;
  private final int steps;

  DdimSampler(
      NoiseSchedule schedule,
      Prediction prediction,
      BundleManifest.DdimSettings settings,
      int steps) {
    this.schedule = schedule;
    this.prediction = prediction;
    this.settings = settings;
    this.steps = NoiseSchedule.requireSteps(steps, schedule.steps());
  }

  @Override
  public int steps() {
    return steps;
  }

  @Override
  public int timestep(int step) {
    int visited = (steps - 1 - step) * stride() + settings.stepsOffset();
    return Math.min(visited, schedule.steps() - 1);
  }

  private int stride() {
    return schedule.steps() / steps;
  }

  /// Square of alpha after a step: the step ends a stride lower, and the last where the manifest
  /// says.
  private double alphaSquaredAfter(int timestep) {
    int next = timestep - stride();
    if (next >= 0) {
      return schedule.alphaSquared(next);
    }
    return settings.lastAlphaIsOne() ? 1 : schedule.alphaSquared(0);
  }

  @Override
  public void move(int step, float[] z, float[] predicted) {
    int t = timestep(step);
    float alpha = (float) schedule.alpha(t);
    float sigma = (float) schedule.sigma(t);
    double after = alphaSquaredAfter(t);
    float nextAlpha = (float) Math.sqrt(after);
    float nextSigma = (float) Math.sqrt(1 - after);
    for (int i = 0; i < z.length; i++) {
      float x = prediction.latents(z[i], predicted[i], alpha, sigma);
      float noise = prediction.noise(z[i], predicted[i], alpha, sigma);
      z[i] = nextAlpha * x + nextSigma * noise;
    }
  }
}
