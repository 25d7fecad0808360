package dev.kumiai.core.strategy.server;

import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.FedAvg;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import java.util.List;

/// FedAvg with momentum on the server: `D = sum_k p_k D_k`, `v <- beta v + D`, `w <- w + eta v`
/// (Hsu et al. 2019, arXiv 1909.06335).
///
/// With a momentum of 0 and a rate of 1 it is FedAvg, bit by bit. The velocity is kept as float32;
/// the step is taken before it is rounded. Elements of int64 tensors are averaged as in FedAvg.
///
/// @param learningRate eta; the paper's 1 by default
/// @param momentum beta, below 1; the paper's 0.9 by default
public record FedAvgM(double learningRate, double momentum) implements Strategy {

  public static final FedAvgM DEFAULT = new FedAvgM(1, 0.9);

  public FedAvgM {
    Parameters.positive("FedAvgM", "learningRate", learningRate);
    Parameters.decay("FedAvgM", "momentum", momentum);
  }

  @Override
  public Compatibility compatibility() {
    return Compatibility.plain(true).remembering();
  }

  @Override
  public List<String> states() {
    return List.of("velocity");
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    return new ServerStep(
        FedAvg.mean(updates),
        1,
        (mean, global, states, next, length) -> step(mean, global, states[0], next, length));
  }

  /// Written as the mean plus what momentum adds, which is nothing for neutral parameters.
  private void step(double[] mean, float[] global, float[] velocity, float[] next, int length) {
    for (int i = 0; i < length; i++) {
      double change = mean[i] - global[i];
      double v = momentum * velocity[i] + change;
      next[i] = (float) (mean[i] + (learningRate * v - change));
      velocity[i] = (float) v;
    }
  }
}
