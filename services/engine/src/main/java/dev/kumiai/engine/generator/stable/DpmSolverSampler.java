package dev.kumiai.engine.generator.stable;

/// The multistep solver DPM-Solver++(2M) (Lu et al. 2022, arXiv 2211.01095, algorithm 2): with
/// `lambda = log(alpha / sigma)`, `h = lambda_s - lambda_t` and the estimates `x` of this step and
/// `x'` of the one before, whose h was `h'`,
///
/// `D = x + h / (2 h') (x - x')`, `z_s = (sigma_s / sigma_t) z_t - alpha_s (e^-h - 1) D`.
///
/// The first step that is made has no estimate before it, and the last ends without noise, where h
/// is infinite: both take `D = x` (first order). Timesteps are spread evenly from the last trained
/// one down, rounded, and 0 is where the last step ends, not where one begins ("linspace").
final class DpmSolverSampler implements Sampler {

  private final NoiseSchedule schedule;
  private final Prediction prediction;
  private final int steps;

  /// The estimates of the step before; none before the first.
  private float[] before = {};

  DpmSolverSampler(NoiseSchedule schedule, Prediction prediction, int steps) {
    this.schedule = schedule;
    this.prediction = prediction;
    this.steps = NoiseSchedule.requireSteps(steps, schedule.steps() - 1);
  }

  @Override
  public int steps() {
    return steps;
  }

  @Override
  public int timestep(int step) {
    double stride = (double) (schedule.steps() - 1) / steps;
    return step == 0 ? schedule.steps() - 1 : (int) Math.rint((steps - step) * stride);
  }

  private double alphaAt(int step) {
    return step == steps ? 1 : schedule.alpha(timestep(step));
  }

  private double sigmaAt(int step) {
    return step == steps ? 0 : schedule.sigma(timestep(step));
  }

  private double lambdaAt(int step) {
    return Math.log(alphaAt(step)) - Math.log(sigmaAt(step));
  }

  @Override
  public void move(int step, float[] z, float[] predicted) {
    float alpha = (float) alphaAt(step);
    float sigma = (float) sigmaAt(step);
    float[] now = new float[z.length];
    for (int i = 0; i < z.length; i++) {
      now[i] = prediction.latents(z[i], predicted[i], alpha, sigma);
    }
    double h = lambdaAt(step + 1) - lambdaAt(step);
    float keep = (float) (sigmaAt(step + 1) / sigmaAt(step));
    float take = (float) (-alphaAt(step + 1) * Math.expm1(-h));
    boolean firstOrder = before.length == 0 || step == steps - 1;
    float ahead = firstOrder ? 0 : (float) (h / (2 * (lambdaAt(step) - lambdaAt(step - 1))));
    for (int i = 0; i < z.length; i++) {
      float change = firstOrder ? 0 : ahead * (now[i] - before[i]);
      z[i] = keep * z[i] + take * (now[i] + change);
    }
    before = now;
  }
}
