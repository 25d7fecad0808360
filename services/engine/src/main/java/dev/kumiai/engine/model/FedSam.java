package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;

/// Sharpness-aware minimisation at the sites, FedSAM (Qu et al. 2022, arXiv 2206.02618): the
/// gradient is not taken at w but a way uphill, where the loss of a sharp minimum would be high:
///
/// ```
/// g = gradient at w + rho * g(w) / |g(w)|        |g| over all weights, of the same batch
/// ```
///
/// That gradient is clipped and goes to the optimiser, from w. It takes two passes for each batch.
/// A TorchScript network that draws random numbers draws others in the second.
final class FedSam implements LocalRule {

  /// As in the authors' program, for a gradient of 0.
  private static final double LEAST_NORM = 1e-12;

  private final double rho;
  private final LoadedNetwork network;

  FedSam(double rho, LoadedNetwork network) {
    this.rho = rho;
    this.network = network;
  }

  /// One array of weights on its way.
  ///
  /// @param here a copy of its values before the way: going back by subtraction would round
  private record Climb(NDArray weight, NDArray gradient, NDArray here) {}

  @Override
  public void ascend(Runnable again, NDManager step) {
    List<Climb> climbs = new ArrayList<>();
    NDList norms = new NDList();
    for (NDArray weight : network.arrays().values()) {
      NDArray gradient = weight.hasGradient() ? JniUtils.getGradient((PtNDArray) weight) : null;
      if (gradient != null) {
        gradient.attach(step);
        NDArray here = weight.duplicate();
        here.attach(step);
        climbs.add(new Climb(weight, gradient, here));
        norms.add(gradient.norm());
      }
    }
    if (climbs.isEmpty()) {
      return;
    }
    double scale = rho / (NDArrays.stack(norms).norm().getFloat() + LEAST_NORM);
    for (Climb climb : climbs) {
      climb.weight.addi(climb.gradient.mul(scale));
      JniUtils.zeroGrad((PtNDArray) climb.weight);
    }
    again.run();
    climbs.forEach(climb -> climb.here.copyTo(climb.weight));
  }
}
