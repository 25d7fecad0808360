package dev.kumiai.core.strategy.server;

import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import java.util.List;

/// Adam on the server: `v <- beta2 v + (1 - beta2) D^2`, the rest as in [AdaptiveStep] (Reddi et
/// al. 2020, arXiv 2003.00295).
///
/// Elements of int64 tensors are averaged as in FedAvg.
///
/// @param learningRate eta; 0.1 by default: the paper tunes it for each task
/// @param beta1 below 1; the paper's 0.9 by default
/// @param beta2 below 1; the paper's 0.99 by default
/// @param tau adaptivity, the least a step is divided by; the paper's 0.001 by default
public record FedAdam(double learningRate, double beta1, double beta2, double tau)
    implements Strategy {

  public static final FedAdam DEFAULT = new FedAdam(0.1, 0.9, 0.99, 1e-3);

  public FedAdam {
    Parameters.positive("FedAdam", "learningRate", learningRate);
    Parameters.decay("FedAdam", "beta1", beta1);
    Parameters.decay("FedAdam", "beta2", beta2);
    Parameters.positive("FedAdam", "tau", tau);
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
      variance[i] = (float) (beta2 * variance[i] + (1 - beta2) * (change[i] * change[i]));
    }
  }
}
