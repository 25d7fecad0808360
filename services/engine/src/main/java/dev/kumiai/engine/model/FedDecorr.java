package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;

/// The regulariser of FedDecorr (Shi et al. 2022, arXiv 2210.00226), added to the cross-entropy:
///
/// ```
/// beta * n * mean over i != j of K_ij^2        K = Z^T Z / n, the correlations of d features
/// ```
///
/// Z are the features `[n, d]` of a batch, each column brought to mean 0 and variance 1 (of a
/// sample, with 1e-8 added). The paper writes `|K|_F^2 / d^2`, which has the diagonal too, a
/// constant, and no factor n; this is the authors' program, to which their 0.1 for beta belongs. A
/// batch of one image has no term. `|Z^T Z|_F = |Z Z^T|_F`, so that n x n products are enough.
final class FedDecorr implements LocalRule {

  private static final double LEAST_VARIANCE = 1e-8;

  private final double beta;

  FedDecorr(double beta) {
    this.beta = beta;
  }

  @Override
  public NDArray loss(NDArray crossEntropy, Batch batch, LoadedClassifier.Output output) {
    NDArray features = output.requireFeatures();
    long n = features.getShape().get(0);
    long d = features.getShape().get(1);
    if (n == 1 || d == 1) {
      return crossEntropy;
    }
    int[] batchAxis = {0};
    NDArray centred = features.sub(features.mean(batchAxis, true));
    NDArray variance = centred.square().sum(batchAxis, true).div(n - 1).add(LEAST_VARIANCE);
    NDArray z = centred.div(variance.sqrt());
    NDArray all = z.matMul(z.transpose()).square().sum();
    NDArray diagonal = z.square().sum(batchAxis).square().sum();
    float weight = (float) (beta / d / (d - 1) / n); // a double would make the loss float64
    return crossEntropy.add(all.sub(diagonal).mul(weight));
  }
}
