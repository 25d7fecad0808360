package dev.kumiai.engine.generator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.kumiai.core.RunSeed;
import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Everything that changes while a generator is trained, so that it can be written down between two
/// steps and taken up again: the weights, the moments of Adam (Kingma and Ba 2015, arXiv
/// 1412.6980), the exponential moving average of the weights, the losses so far and the time it
/// took.
///
/// Random draws need no state of their own: each step's seed follows from its number.
final class TrainingState {

  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.99;
  private static final double EPSILON = 1e-8;

  /// The average forgets with this factor in each step, once the training is long enough for it.
  private static final double AVERAGE_DECAY = 0.999;

  private static final int RECENT_STEPS = 50;

  private static final String WEIGHT = "weight.";
  private static final String AVERAGE = "average.";
  private static final String MEAN = "mean.";
  private static final String VARIANCE = "variance.";
  private static final String LOSSES = "losses";

  private final List<Slot> slots = new ArrayList<>();
  private float[] losses = new float[0];
  private int steps;
  private double seconds;

  /// One parameter and what goes with it.
  private record Slot(
      String name, NDArray weight, NDArray average, NDArray mean, NDArray variance) {}

  TrainingState(Denoiser denoiser) {
    denoiser
        .weights()
        .forEach(
            (name, weight) -> {
              slots.add(
                  new Slot(
                      name,
                      weight,
                      zeros(denoiser, weight),
                      zeros(denoiser, weight),
                      zeros(denoiser, weight)));
            });
  }

  private static NDArray zeros(Denoiser denoiser, NDArray like) {
    return denoiser.manager().zeros(like.getShape(), like.getDataType());
  }

  /// Draws the first weights.
  void drawWeights(RunSeed seed) {
    for (Slot slot : slots) {
      Tensor first = FirstWeights.draw(Denoiser.spec(slot.name, slot.weight, DType.F32), seed);
      set(slot.weight, first);
      set(slot.average, first);
    }
  }

  int steps() {
    return steps;
  }

  /// Seconds that were spent training.
  double seconds() {
    return seconds;
  }

  void addSeconds(double more) {
    seconds += more;
  }

  /// The loss of each step so far.
  float[] losses() {
    return Arrays.copyOf(losses, steps);
  }

  /// The mean loss of the last steps.
  double recentLoss() {
    int from = Math.max(0, steps - RECENT_STEPS);
    double sum = 0;
    for (int i = from; i < steps; i++) {
      sum += losses[i];
    }
    return sum / (steps - from);
  }

  /// Moves the weights along the gradients that were collected, and the average along.
  void update(double learningRate, float loss) {
    if (losses.length == steps) {
      losses = Arrays.copyOf(losses, 2 * losses.length + 1024);
    }
    losses[steps++] = loss;
    double corrected =
        learningRate * Math.sqrt(1 - Math.pow(BETA2, steps)) / (1 - Math.pow(BETA1, steps));
    double decay = Math.min(AVERAGE_DECAY, (1.0 + steps) / (10.0 + steps));
    for (Slot slot : slots) {
      adam(slot, (float) learningRate, (float) corrected);
      try (NDArray share = slot.weight.mul(1 - decay)) {
        slot.average.muli(decay).addi(share);
      }
    }
  }

  private static void adam(Slot slot, float learningRate, float corrected) {
    float noDecay = 0;
    float noRescaling = 1;
    float noClipping = -1;
    try (NDArray gradient = slot.weight.getGradient()) {
      slot.weight
          .getNDArrayInternal()
          .adamUpdate(
              new NDList(slot.weight, gradient, slot.mean, slot.variance),
              new NDList(slot.weight), // whose gradient is then set to 0
              learningRate,
              corrected,
              noDecay,
              noRescaling,
              noClipping,
              (float) BETA1,
              (float) BETA2,
              (float) EPSILON,
              false,
              false);
    }
  }

  /// The averaged weights: what is worth keeping in the end.
  ModelWeights average(DType dtype) {
    return ModelWeights.of(
        slots.stream().map(slot -> tensor(slot.name, slot.average, dtype)).toList());
  }

  /// All of the state but [#steps] and [#seconds].
  ModelWeights tensors() {
    List<Tensor> tensors = new ArrayList<>();
    for (Slot slot : slots) {
      tensors.add(tensor(WEIGHT + slot.name, slot.weight, DType.F32));
      tensors.add(tensor(AVERAGE + slot.name, slot.average, DType.F32));
      tensors.add(tensor(MEAN + slot.name, slot.mean, DType.F32));
      tensors.add(tensor(VARIANCE + slot.name, slot.variance, DType.F32));
    }
    tensors.add(Tensor.ofFloats(LOSSES, Shape.of(steps), losses()));
    return ModelWeights.of(tensors);
  }

  /// Takes up what [#tensors] gave.
  void restore(ModelWeights tensors, double secondsSpent) {
    for (Slot slot : slots) {
      set(slot.weight, tensors.get(WEIGHT + slot.name));
      set(slot.average, tensors.get(AVERAGE + slot.name));
      set(slot.mean, tensors.get(MEAN + slot.name));
      set(slot.variance, tensors.get(VARIANCE + slot.name));
    }
    losses = tensors.get(LOSSES).toFloats();
    steps = losses.length;
    seconds = secondsSpent;
  }

  private static void set(NDArray array, Tensor tensor) {
    array.set(FloatBuffer.wrap(tensor.toFloats()));
  }

  private static Tensor tensor(String name, NDArray array, DType dtype) {
    return Tensor.ofFloats(Denoiser.spec(name, array, dtype), array.toFloatArray());
  }
}
