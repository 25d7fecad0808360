package dev.kumiai.core.strategy.robust;

import dev.kumiai.core.strategy.Block;
import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Counters;
import dev.kumiai.core.strategy.FedAvg;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.strategy.WeightedSum;
import java.util.Arrays;

/// The mean of each element without the f least and the f largest values: `w[i] = mean of the n -
/// 2f middle ones of w_k[i]` (Yin et al. 2018, arXiv 1803.01498).
///
/// As long as no more than f updates are wrong, every element lies between those of right ones.
/// Needs n >= 2f + 1. The paper cuts a fraction beta of the updates, here f = beta n is given.
/// Values are added in their order, in double precision. Examples do not count. With f of 0 it is
/// the plain mean, which is FedAvg of equal examples, bit by bit. Elements of int64 tensors are
/// trimmed and averaged too, exactly and rounded to nearest, ties to even.
///
/// @param outliers f; 1 by default
public record TrimmedMean(int outliers) implements Strategy {

  public static final TrimmedMean DEFAULT = new TrimmedMean(1);

  public TrimmedMean {
    Parameters.atLeast(0, "TrimmedMean", "outliers", outliers);
  }

  @Override
  public Compatibility compatibility() {
    return Compatibility.plain(false).atLeast(Parameters.sum(2L * outliers + 1));
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    if (outliers == 0) {
      return FedAvg.unweightedMean(updates);
    }
    int to = updates.size() - outliers;
    SortingNetwork network = SortingNetwork.of(updates.size(), outliers, to);
    return new Combination() {
      @Override
      public void combine(Block block) {
        float[][] rows = block.readUpdates();
        network.sort(rows, block.length());
        mean(rows, outliers, to, block);
      }

      @Override
      public long combine(long[] values) {
        return Counters.trimmedMean(values, outliers);
      }
    };
  }

  private static void mean(float[][] sorted, int from, int to, Block block) {
    double[] sum = block.doubles();
    Arrays.fill(sum, 0, block.length(), 0);
    for (int row = from; row < to; row++) {
      WeightedSum.addScaled(1, sorted[row], sum, block.length());
    }
    float[] mean = block.result();
    for (int i = 0; i < block.length(); i++) {
      mean[i] = (float) (sum[i] / (to - from));
    }
  }
}
