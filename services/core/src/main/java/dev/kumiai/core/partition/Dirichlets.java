package dev.kumiai.core.partition;

import java.util.random.RandomGenerator;

/// Draws from the symmetric Dirichlet distribution: gamma variates, divided by their sum.
final class Dirichlets {

  private Dirichlets() {}

  /// Proportions that sum to 1.
  static double[] sample(double beta, int dimensions, RandomGenerator random) {
    double[] logs = new double[dimensions];
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < dimensions; i++) {
      logs[i] = logGamma(beta, random);
      largest = Math.max(largest, logs[i]);
    }
    // In logarithms, because for a small beta the variates themselves underflow to 0, all of them.
    double sum = 0;
    double[] share = new double[dimensions];
    for (int i = 0; i < dimensions; i++) {
      share[i] = Math.exp(logs[i] - largest);
      sum += share[i];
    }
    for (int i = 0; i < dimensions; i++) {
      share[i] /= sum;
    }
    return share;
  }

  /// Logarithm of a variate of Gamma(shape, 1), by Marsaglia and Tsang (2000), "A simple method for
  /// generating gamma variables". A shape below 1 is drawn as Gamma(shape + 1) U^(1/shape).
  static double logGamma(double shape, RandomGenerator random) {
    if (shape < 1) {
      return logGamma(shape + 1, random) + Math.log(1 - random.nextDouble()) / shape;
    }
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = Math.pow(1 + c * x, 3);
      if (v > 0 && Math.log(1 - random.nextDouble()) < x * x / 2 + d - d * v + d * Math.log(v)) {
        return Math.log(d * v);
      }
    }
  }
}
