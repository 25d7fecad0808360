package dev.kumiai.core.strategy.server;

import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import java.util.List;

/// Adagrad on the server: `v <- v + D^2`, the rest as in [AdaptiveStep] (Reddi et al. 2020, arXiv
/// 2003.00295).
///
/// Elements of int64 tensors are averaged as in FedAvg.
///
/// @param learningRate eta; 0.1 by default: the paper tunes it for each task
/// @param beta1 below 1; the paper's 0 by default, that is, no momentum
/// @param tau adaptivity, the least a step is divided by; the paper's 0.001 by default
public record FedAdagrad(double learningRate, double beta1, double tau) implements Strategy {

  public static final FedAdagrad DEFAULT = new FedAdagrad(0.1, 0, 1e-3);

  public FedAdagrad {
    Parameters.positive("FedAdagrad", "learningRate", learningRate);
    Parameters.decay("FedAdagrad", "beta1", beta1);
    Parameters.positive("FedAdagrad", "tau", tau);
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
    return AdaptiveStep.of(updates, learningRate, beta1, tau, FedAdagrad::variance);
  }

  private static void variance(double[] change, float[] variance, int length) {
    for (int i = 0; i < length; i++) {
      variance[i] = (float) (variance[i] + change[i] * change[i]);
    }
  }
}
