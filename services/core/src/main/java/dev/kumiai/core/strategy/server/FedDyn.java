package dev.kumiai.core.strategy.server;

import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Compatibility.Need;
import dev.kumiai.core.strategy.FedAvg;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import java.util.List;

/// The server's half of FedDyn, which moves the optima of the sites onto that of all: `h <- h -
/// alpha (1/N) sum_k D_k`, `w <- (1/n) sum_k w_k - h / alpha` for N sites in the run, of which n
/// sent an update (Acar et al. 2021, arXiv 2111.04263).
///
/// As in the paper, sites count alike whatever their examples. h is kept as float32; the step is
/// taken before it is rounded. Elements of int64 tensors are averaged alike, exactly and rounded to
/// nearest, ties to even.
///
/// @param alpha the weight of the sites' dynamic regulariser, the same at the sites; 0.01 by
///   default, the middle of the paper's 0.001 to 0.1
public record FedDyn(double alpha) implements Strategy {

  public static final FedDyn DEFAULT = new FedDyn(0.01);

  public FedDyn {
    Parameters.positive("FedDyn", "alpha", alpha);
  }

  @Override
  public Compatibility compatibility() {
    return Compatibility.plain(false).remembering().needing(Need.SITE_STATE);
  }

  @Override
  public List<String> states() {
    return List.of("h");
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    double participation = (double) updates.size() / updates.sites();
    return new ServerStep(
        FedAvg.unweightedMean(updates),
        1,
        (mean, global, states, next, length) ->
            step(participation, mean, global, states[0], next, length));
  }

  private void step(
      double participation,
      double[] mean,
      float[] global,
      float[] gradient,
      float[] next,
      int length) {
    double factor = alpha * participation;
    for (int i = 0; i < length; i++) {
      double h = gradient[i] - factor * (mean[i] - global[i]);
      next[i] = (float) (mean[i] - h / alpha);
      gradient[i] = (float) h;
    }
  }
}
