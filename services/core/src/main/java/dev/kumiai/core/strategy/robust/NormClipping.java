package dev.kumiai.core.strategy.robust;

import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Counters;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.SquaredDistances;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.strategy.WeightedSum;

/// The mean of changes cut down to a length: `w <- w + sum_k p_k D_k min(1, M / ||D_k||)` (Sun et
/// al. 2019, arXiv 1911.07963).
///
/// No update moves the model further than M times its share of the examples. Where no change is
/// longer than M it is FedAvg, bit by bit. The paper adds a little noise, here none is. Norms are
/// over all floating-point tensors; elements of int64 tensors get their median, rounded to nearest,
/// ties to even.
///
/// @param norm M, the longest change that counts in full; 3 by default, as in the paper's EMNIST
///   task: it has to fit the model
public record NormClipping(double norm) implements Strategy {

  public static final NormClipping DEFAULT = new NormClipping(3);

  public NormClipping {
    Parameters.positive("NormClipping", "norm", norm);
  }

  @Override
  public Compatibility compatibility() {
    return Compatibility.plain(true);
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    double[] shares = updates.shares();
    double[] squares = SquaredDistances.ofChanges(updates, passes);
    double globalShare = 0;
    for (int i = 0; i < shares.length; i++) {
      double clipped = shares[i] * Clip.factor(norm, squares[i]);
      globalShare += shares[i] - clipped;
      shares[i] = clipped;
    }
    return WeightedSum.of(shares, globalShare, Counters::median);
  }
}
