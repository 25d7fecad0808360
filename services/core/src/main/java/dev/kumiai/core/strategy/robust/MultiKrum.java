package dev.kumiai.core.strategy.robust;

import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Counters;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.strategy.WeightedSum;
import java.util.List;

/// The mean of the m updates with the lowest scores of [Krum] (Blanchard et al. 2017, arXiv
/// 1703.02757).
///
/// Needs n >= 2f + 3 and m <= n - f, so that m right updates exist. With f of 0 and m of n it is
/// the plain mean, which is FedAvg of equal examples, bit by bit. Examples do not count. Elements
/// of int64 tensors are averaged over the same m updates, exactly and rounded to nearest, ties to
/// even.
///
/// @param outliers f; 1 by default
/// @param selected m; 0, the default, stands for n - f - 2, the most that the proof of El Mhamdi et
///   al. 2018 (arXiv 1802.07927) covers
public record MultiKrum(int outliers, int selected) implements Strategy {

  public static final MultiKrum DEFAULT = new MultiKrum(1, 0);

  public MultiKrum {
    Parameters.atLeast(0, "MultiKrum", "outliers", outliers);
    Parameters.atLeast(0, "MultiKrum", "selected", selected);
  }

  @Override
  public Compatibility compatibility() {
    int withstand = Parameters.sum(2L * outliers + 3);
    return Compatibility.plain(false)
        .atLeast(Math.max(withstand, Parameters.sum((long) outliers + selected)));
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    int n = updates.size();
    KrumScores scores = new KrumScores(PairwiseDistances.of(updates, passes));
    int count = selected == 0 ? n - outliers - 2 : selected;
    List<Integer> chosen = scores.best(count, n - outliers - 2);
    double[] shares = new double[n];
    chosen.forEach(update -> shares[update] = 1.0 / count);
    return WeightedSum.of(
        shares,
        values -> Counters.trimmedMean(chosen.stream().mapToLong(k -> values[k]).toArray(), 0));
  }
}
