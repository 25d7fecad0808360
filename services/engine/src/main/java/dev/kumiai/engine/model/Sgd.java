package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.HashMap;
import java.util.Map;

/// Stochastic gradient descent with momentum, as `torch.optim.SGD` does it:
///
/// ```
/// v = momentum * v + g + decay * w
/// w = w - rate * v
/// ```
final class Sgd implements Optimiser.Motion {

  private static final float NO_CLIPPING_BY_VALUE = -1;

  private final TrainingPlan plan;
  private final Map<String, NDArray> velocities = new HashMap<>();

  Sgd(TrainingPlan plan) {
    this.plan = plan;
  }

  @Override
  public void begin(String name, NDArray weight) {
    if (plan.momentum() > 0) {
      velocities.put(name, weight.zerosLike());
    }
  }

  @Override
  public void move(String name, NDArray weight, NDArray gradient, float scale, int step) {
    JniUtils.sgdUpdate(
        (PtNDArray) weight,
        (PtNDArray) gradient,
        (PtNDArray) velocities.get(name),
        (float) plan.learningRate(),
        (float) plan.weightDecay(),
        scale,
        NO_CLIPPING_BY_VALUE,
        (float) plan.momentum());
  }
}
