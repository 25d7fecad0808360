package dev.kumiai.core.strategy.robust;

import dev.kumiai.core.strategy.Block;
import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Counters;
import dev.kumiai.core.strategy.FedAvg;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import java.util.Arrays;
import java.util.List;

/// Krum, again and again, chooses n - 2f updates; each element is the mean of the n - 4f values of
/// these that are nearest to their median (El Mhamdi et al. 2018, arXiv 1802.07927).
///
/// As long as no more than f updates are wrong, no value counts that is farther from a value of a
/// right one than right ones are apart, so that a wrong update cannot hide a large change of a few
/// elements in a small distance. Needs n >= 4f + 3. When so few are left that Krum would count one
/// neighbour or none, two count: else two that are nearest to one another would be equally good. Of
/// two values equally far from the median the lesser is kept. Values are added in their order, in
/// double precision. With f of 0 it is the plain mean, which is FedAvg of equal examples, bit by
/// bit. Examples do not count. Elements of int64 tensors are the median of the chosen updates,
/// rounded to nearest, ties to even.
///
/// @param outliers f; 1 by default
public record Bulyan(int outliers) implements Strategy {

  public static final Bulyan DEFAULT = new Bulyan(1);

  public Bulyan {
    Parameters.atLeast(0, "Bulyan", "outliers", outliers);
  }

  @Override
  public Compatibility compatibility() {
    return Compatibility.plain(false).atLeast(Parameters.sum(4L * outliers + 3));
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    if (outliers == 0) {
      return FedAvg.unweightedMean(updates);
    }
    int count = updates.size() - 2 * outliers;
    KrumScores scores = new KrumScores(PairwiseDistances.of(updates, passes));
    List<Integer> chosen = scores.bestOneByOne(count, outliers);
    SortingNetwork network = SortingNetwork.of(count, 0, count);
    return new Combination() {
      @Override
      public void combine(Block block) {
        float[][] rows = Arrays.copyOf(block.rows(), count);
        for (int row = 0; row < count; row++) {
          block.readUpdate(chosen.get(row), rows[row]);
        }
        network.sort(rows, block.length());
        meanAroundMedian(rows, 2 * outliers, block);
      }

      @Override
      public long combine(long[] values) {
        return Counters.median(chosen.stream().mapToLong(k -> values[k]).toArray());
      }
    };
  }

  /// Drops the farthest from the median, so many times: it is always the least or the largest.
  private static void meanAroundMedian(float[][] sorted, int drop, Block block) {
    int count = sorted.length;
    float[] low = sorted[(count - 1) / 2];
    float[] high = sorted[count / 2];
    for (int i = 0; i < block.length(); i++) {
      double median = ((double) low[i] + high[i]) / 2;
      int from = 0;
      int to = count;
      while (to - from > count - drop) {
        if (median - sorted[from][i] > sorted[to - 1][i] - median) {
          from++;
        } else {
          to--;
        }
      }
      double sum = 0;
      for (int row = from; row < to; row++) {
        sum += sorted[row][i];
      }
      block.result()[i] = (float) (sum / (to - from));
    }
  }
}
