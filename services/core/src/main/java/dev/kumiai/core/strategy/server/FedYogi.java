package dev.kumiai.core.strategy.server;

import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import java.util.List;

/// Yogi on the server: `v <- v - (1 - beta2) D^2 sign(v - D^2)`, the rest as in [AdaptiveStep]
/// (Reddi et al. 2020, arXiv 2003.00295). v grows as fast as in FedAdam, and shrinks no faster than
/// changes are large.
///
/// Elements of int64 tensors are averaged as in FedAvg.
///
/// @param learningRate eta; 0.1 by default: the paper tunes it for each task
/// @param beta1 below 1; the paper's 0.9 by default
/// @param beta2 below 1; the paper's 0.99 by default
/// @param tau adaptivity, the least a step is divided by; the paper's 0.001 by default
public record FedYogi(double learningRate, double beta1, double beta2, double tau)
    implements Strategy {

  public static final FedYogi DEFAULT = new FedYogi(0.1, 0.9, 0.99, 1e-3);

  public FedYogi {
    Parameters.positive("FedYogi", "learningRate", learningRate);
    Parameters.decay("FedYogi", "beta1", beta1);
    Parameters.decay("FedYogi", "beta2", beta2);
    Parameters.positive("FedYogi", "tau", tau);
  }

  @Override
  public Compatibility compatibility() {
    return Compatibility.plain(true).remembering();
  }

  @Override
  public List<String> states() {
    return AdaptiveStep.STATES;
  }

  @Override
  public float initial(String state) {
    return AdaptiveStep.initial(state, tau);
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    return AdaptiveStep.of(updates, learningRate, beta1, tau, this::variance);
  }

  private void variance(double[] change, float[] variance, int length) {
    for (int i = 0; i < length; i++) {
      double square = change[i] * change[i];
      double sign = Math.signum(variance[i] - square);
      variance[i] = (float) (variance[i] - (1 - beta2) * square * sign);
    }
  }
}
