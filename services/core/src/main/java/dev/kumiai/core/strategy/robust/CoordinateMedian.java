package dev.kumiai.core.strategy.robust;

import dev.kumiai.core.strategy.Block;
import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Counters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;

/// The median of each element: `w[i] = median_k w_k[i]` (Yin et al. 2018, arXiv 1803.01498).
///
/// As long as fewer than half of the updates are wrong, every element lies between those of right
/// ones, whatever the others send. Of an even number of updates it is the mean of both in the
/// middle. Examples do not count: a site could claim any number of them. Elements of int64 tensors
/// get their median too, rounded to nearest, ties to even.
public record CoordinateMedian() implements Strategy {

  @Override
  public Compatibility compatibility() {
    return Compatibility.plain(false);
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    int low = (updates.size() - 1) / 2;
    int high = updates.size() / 2;
    SortingNetwork network = SortingNetwork.of(updates.size(), low, high + 1);
    return new Combination() {
      @Override
      public void combine(Block block) {
        float[][] rows = block.readUpdates();
        network.sort(rows, block.length());
        middle(rows[low], rows[high], block.result(), block.length());
      }

      @Override
      public long combine(long[] values) {
        return Counters.median(values);
      }
    };
  }

  private static void middle(float[] low, float[] high, float[] into, int length) {
    for (int i = 0; i < length; i++) {
      into[i] = (float) (((double) low[i] + high[i]) / 2);
    }
  }
}
