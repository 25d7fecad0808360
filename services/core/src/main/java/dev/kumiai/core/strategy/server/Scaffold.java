package dev.kumiai.core.strategy.server;

import dev.kumiai.core.strategy.Block;
import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Compatibility.Need;
import dev.kumiai.core.strategy.FedAvg;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.strategy.WeightedSum;
import java.util.List;

/// The server's half of SCAFFOLD, which corrects the drift of sites by control variates: `w <- w +
/// eta (1/n) sum_k D_k`, `c <- c + (n/N) (1/n) sum_k E_k` for N sites in the run, of which n sent
/// an update, and the change `E_k` of site k's control variate (Karimireddy et al. 2019, arXiv
/// 1910.06378).
///
/// The state `control` is what sites get with their next task. As in the paper, sites count alike
/// whatever their examples: c is the mean over all sites, and must stay it. With a rate of 1 the
/// model is the plain mean, which is FedAvg of equal examples, bit by bit. Elements of int64
/// tensors are averaged alike, exactly and rounded to nearest, ties to even; they have no control
/// variate.
///
/// @param learningRate eta; the paper's 1 by default
public record Scaffold(double learningRate) implements Strategy {

  public static final Scaffold DEFAULT = new Scaffold(1);

  public Scaffold {
    Parameters.positive("Scaffold", "learningRate", learningRate);
  }

  @Override
  public Compatibility compatibility() {
    return Compatibility.plain(false).remembering().needing(Need.CONTROL_VARIATES, Need.SITE_STATE);
  }

  @Override
  public List<String> states() {
    return List.of("control");
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    WeightedSum mean = FedAvg.unweightedMean(updates);
    return new Combination() {
      @Override
      public void combine(Block block) {
        double[] sum = mean.sum(block);
        block.readGlobal(block.floats());
        step(sum, block.floats(), block.result(), block.length());
        control(updates, block);
      }

      @Override
      public long combine(long[] values) {
        return mean.combine(values);
      }
    };
  }

  private void step(double[] mean, float[] global, float[] next, int length) {
    double beyond = learningRate - 1;
    for (int i = 0; i < length; i++) {
      next[i] = (float) (mean[i] + beyond * (mean[i] - global[i]));
    }
  }

  private static void control(Updates updates, Block block) {
    double[] sum = block.doubles();
    block.readState(0, block.floats());
    for (int i = 0; i < block.length(); i++) {
      sum[i] = block.floats()[i];
    }
    double share = 1.0 / updates.sites();
    for (int update = 0; update < updates.size(); update++) {
      block.readControl(update, block.floats());
      WeightedSum.addScaled(share, block.floats(), sum, block.length());
    }
    WeightedSum.round(sum, block.stateResult(0), block.length());
  }
}
