package dev.kumiai.core.strategy.robust;

import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.strategy.WeightedSum;

/// The one update that is nearest to its neighbours: `w = w_k` with the least `sum ||w_k - w_j||^2`
/// over the n - f - 2 updates j nearest to k (Blanchard et al. 2017, arXiv 1703.02757).
///
/// As long as no more than f updates are wrong it takes a right one, or one as near to them. Needs n
/// >= 2f + 3. Of equal scores the first by site name wins. Distances are over all floating-point
/// tensors; all tensors, int64 ones too, are those of the chosen update. Examples do not count.
///
/// @param outliers f; 1 by default
public record Krum(int outliers) implements Strategy {

  public static final Krum DEFAULT = new Krum(1);

  public Krum {
    Parameters.atLeast(0, "Krum", "outliers", outliers);
  }

  @Override
  public Compatibility compatibility() {
    return Compatibility.plain(false).atLeast(Parameters.sum(2L * outliers + 3));
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    int n = updates.size();
    KrumScores scores = new KrumScores(PairwiseDistances.of(updates, passes));
    int chosen = scores.best(1, n - outliers - 2).getFirst();
    double[] shares = new double[n];
    shares[chosen] = 1;
    return WeightedSum.of(shares, values -> values[chosen]);
  }
}
