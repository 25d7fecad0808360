package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Moves weights along the gradients of the loss plus FedProx's term:
///
/// ```
/// g = gradient + mu * (w - w_global)
/// g = g * min(1, clip / (|g| + 1e-6))        |g| over all weights
/// g = g as the strategy's rule corrects it
/// w = w as the network's motion says, [Sgd] or [Adam]
/// ```
final class Optimiser {

  /// How one array of weights follows its gradient.
  sealed interface Motion permits Sgd, Adam {

    /// Called for each array, before the first step.
    void begin(String name, NDArray weight);

    /// Moves an array.
    ///
    /// @param scale factor on the gradient
    /// @param step which one, from 1
    void move(String name, NDArray weight, NDArray gradient, float scale, int step);
  }

  private final TrainingPlan plan;
  private final LocalRule rule;
  private final Motion motion;
  private final List<Weight> weights = new ArrayList<>();
  private int steps;

  /// One array of weights.
  ///
  /// @param name its own in the network
  /// @param global its values before training; null without FedProx
  private record Weight(String name, NDArray array, @Nullable NDArray global) {}

  private record Gradient(Weight weight, NDArray values) {}

  Optimiser(TrainingPlan plan, LocalRule rule, LoadedNetwork network) {
    this.plan = plan;
    this.rule = rule;
    this.motion = network.motion(plan);
    network.arrays().forEach(this::add);
  }

  private void add(String name, NDArray array) {
    if (!array.hasGradient()) {
      return; // frozen in the user's module
    }
    motion.begin(name, array);
    NDArray global = plan.proximalMu() > 0 ? array.duplicate() : null;
    weights.add(new Weight(name, array, global));
  }

  /// Moves the weights along the gradients that stand at their arrays, and clears those.
  ///
  /// @param step takes what is needed on the way
  void step(NDManager step) {
    steps++;
    List<Gradient> gradients = new ArrayList<>();
    for (Weight weight : weights) {
      NDArray gradient = JniUtils.getGradient((PtNDArray) weight.array);
      if (gradient != null) { // else the loss does not depend on this weight
        gradient.attach(step);
        addProximalTerm(weight, gradient, step);
        gradients.add(new Gradient(weight, gradient));
      }
    }
    float scale = clippingScale(gradients);
    for (Gradient gradient : gradients) {
      if (rule.corrects()) {
        NDArray clipped = gradient.values.muli(scale);
        rule.correct(gradient.weight.name, gradient.weight.array, clipped, step);
        update(gradient, 1);
      } else {
        update(gradient, scale);
      }
    }
  }

  private void addProximalTerm(Weight weight, NDArray gradient, NDManager step) {
    if (weight.global != null) {
      NDArray distance = weight.array.sub(weight.global);
      distance.attach(step);
      gradient.addi(distance.muli(plan.proximalMu()));
    }
  }

  private float clippingScale(List<Gradient> gradients) {
    Double clip = plan.gradientClipNorm();
    if (clip == null || gradients.isEmpty()) {
      return 1;
    }
    NDList norms = new NDList();
    gradients.forEach(gradient -> norms.add(gradient.values.norm()));
    double norm = NDArrays.stack(norms).norm().getFloat();
    return (float) Math.min(1, clip / (norm + 1e-6));
  }

  private void update(Gradient gradient, float scale) {
    Weight weight = gradient.weight;
    motion.move(weight.name, weight.array, gradient.values, scale, steps);
    JniUtils.zeroGrad((PtNDArray) weight.array);
  }
}
