package dev.kumiai.core.strategy.server;

import dev.kumiai.core.strategy.Block;
import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Counters;
import dev.kumiai.core.strategy.FedAvg;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.SquaredDistances;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.strategy.WeightedSum;

/// A step along the mean change that is the longer the more the sites disagree: `w <- w + eta D`
/// with `D = sum_k p_k D_k` and `eta = max(1, sum_k p_k ||D_k||^2 / (2 (||D||^2 + epsilon)))`
/// (Jhunjhunwala et al. 2023, arXiv 2301.09604).
///
/// Where sites agree, eta is 1 and it is FedAvg, bit by bit. The paper evaluates the mean of the
/// last two models; here a model is what the rounds make it. Norms are over all floating-point
/// tensors; elements of int64 tensors are averaged as in FedAvg.
///
/// @param epsilon keeps eta small when changes get small; the paper's 0.001 by default
public record FedExP(double epsilon) implements Strategy {

  public static final FedExP DEFAULT = new FedExP(1e-3);

  public FedExP {
    Parameters.positive("FedExP", "epsilon", epsilon);
  }

  @Override
  public Compatibility compatibility() {
    return Compatibility.plain(true);
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    double[] shares = updates.shares();
    double[] squares = SquaredDistances.ofChanges(updates, passes);
    double meanOfSquares = 0;
    for (int i = 0; i < shares.length; i++) {
      meanOfSquares += shares[i] * squares[i];
    }
    double squareOfMean = squareOfMeanChange(FedAvg.mean(updates), passes);
    double eta = Math.max(1, meanOfSquares / (2 * (squareOfMean + epsilon)));
    for (int i = 0; i < shares.length; i++) {
      shares[i] *= eta;
    }
    return WeightedSum.of(shares, 1 - eta, values -> Counters.mean(values, updates));
  }

  private static double squareOfMeanChange(WeightedSum mean, Passes passes) {
    return passes.sum(1, (block, sums) -> sums[0] += fromGlobal(mean.sum(block), block))[0];
  }

  private static double fromGlobal(double[] mean, Block block) {
    block.readGlobal(block.floats());
    return SquaredDistances.between(mean, block.floats(), block.length());
  }
}
