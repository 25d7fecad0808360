package dev.kumiai.core.strategy.server;

import dev.kumiai.core.strategy.FedAvg;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import java.util.List;

/// What FedAdagrad, FedAdam and FedYogi have in common (Reddi et al. 2020, arXiv 2003.00295,
/// algorithm 2): `D = sum_k p_k D_k`, `m <- beta1 m + (1 - beta1) D`, v by each one's rule, `w <- w
/// + eta m / (sqrt(v) + tau)`.
///
/// There is no bias correction, as in the paper. Before the first round m is 0 and v is tau^2, the
/// least that the paper allows. Both are kept as float32, and the step is computed from the kept
/// values in double precision.
final class AdaptiveStep {

  static final List<String> STATES = List.of("momentum", "variance");

  private AdaptiveStep() {}

  /// How v follows from v and the mean change D.
  @FunctionalInterface
  interface Variance {
    void accumulate(double[] change, float[] variance, int length);
  }

  static float initial(String state, double tau) {
    return state.equals("variance") ? (float) (tau * tau) : 0;
  }

  static Strategy.Combination of(
      Updates updates, double learningRate, double beta1, double tau, Variance rule) {
    return new ServerStep(
        FedAvg.mean(updates),
        2,
        (mean, global, states, next, length) -> {
          momentum(beta1, mean, global, states[0], length);
          rule.accumulate(mean, states[1], length);
          step(learningRate, tau, global, states[0], states[1], next, length);
        });
  }

  /// Leaves the mean change where the mean was.
  private static void momentum(
      double beta1, double[] mean, float[] global, float[] momentum, int length) {
    for (int i = 0; i < length; i++) {
      double change = mean[i] - global[i];
      momentum[i] = (float) (beta1 * momentum[i] + (1 - beta1) * change);
      mean[i] = change;
    }
  }

  private static void step(
      double learningRate,
      double tau,
      float[] global,
      float[] momentum,
      float[] variance,
      float[] next,
      int length) {
    for (int i = 0; i < length; i++) {
      next[i] = (float) (global[i] + learningRate * momentum[i] / (Math.sqrt(variance[i]) + tau));
    }
  }
}
