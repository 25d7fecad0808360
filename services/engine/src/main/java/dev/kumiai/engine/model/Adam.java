package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Adam (Kingma and Ba 2015, arXiv 1412.6980) with decoupled decay (Loshchilov and Hutter 2019,
/// arXiv 1711.05101), as `torch.optim.AdamW` does it but for where epsilon stands, which is beside
/// the uncorrected root:
///
/// ```
/// m = momentum * m + (1 - momentum) * g
/// s = 0.99 * s + (1 - 0.99) * g^2
/// w = w - rate * decay * w - rate * sqrt(1 - 0.99^n) / (1 - momentum^n) * m / (sqrt(s) + 1e-8)
/// ```
///
/// in step n from 1. 0.99 forgets within a round, of which moments are not kept.
final class Adam implements Optimiser.Motion {

  private static final double BETA2 = 0.99;
  private static final float EPSILON = 1e-8f;
  private static final float NO_CLIPPING_BY_VALUE = -1;

  private final TrainingPlan plan;
  private final Map<String, Moments> moments = new HashMap<>();

  private record Moments(NDArray mean, NDArray square) {}

  Adam(TrainingPlan plan) {
    this.plan = plan;
  }

  @Override
  public void begin(String name, NDArray weight) {
    moments.put(name, new Moments(weight.zerosLike(), weight.zerosLike()));
  }

  @Override
  public void move(String name, NDArray weight, NDArray gradient, float scale, int step) {
    Moments own = Objects.requireNonNull(moments.get(name));
    double corrected =
        plan.learningRate()
            * Math.sqrt(1 - Math.pow(BETA2, step))
            / (1 - Math.pow(plan.momentum(), step));
    JniUtils.adamUpdate(
        (PtNDArray) weight,
        (PtNDArray) gradient,
        (PtNDArray) own.mean,
        (PtNDArray) own.square,
        (float) plan.learningRate(),
        (float) corrected,
        (float) plan.weightDecay(),
        scale,
        NO_CLIPPING_BY_VALUE,
        (float) plan.momentum(),
        (float) BETA2,
        EPSILON,
        true);
  }
}
