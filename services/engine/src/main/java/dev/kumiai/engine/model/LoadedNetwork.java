package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.nn.Weights;
import java.util.Collections;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/// A network with weights on a device, in float32.
abstract sealed class LoadedNetwork permits LoadedClassifier, LoadedDenoiser {

  private final SequencedMap<String, NDArray> arrays;

  LoadedNetwork(SequencedMap<String, NDArray> arrays) {
    this.arrays = Collections.unmodifiableSequencedMap(arrays);
  }

  /// What one step is taken on.
  interface Lesson {

    /// The loss with the weights as they are now, a scalar.
    Loss loss();
  }

  /// @param mean the network's own loss, mean over the batch: what is reported
  /// @param minimised that loss and what the strategy adds
  record Loss(NDArray mean, NDArray minimised) {}

  /// Prepares a step.
  ///
  /// @param indices of the images to learn from
  /// @param random for what the lesson itself draws
  /// @param step the scope of the step
  abstract Lesson lesson(
      LabelledImages images, int[] indices, LocalRule rule, RandomGenerator random, NDManager step);

  /// How its weights move along gradients.
  abstract Optimiser.Motion motion(TrainingPlan plan);

  /// This network, which tells classes and shows features.
  ///
  /// @throws KumiaiException.Invalid `network-hides-features`
  LoadedClassifier requireClassifier() {
    return switch (this) {
      case LoadedClassifier classifier -> classifier;
      case LoadedDenoiser _ -> throw LoadedDenoiser.noFeatures();
    };
  }

  /// The weights by name, where gradients arrive and training changes them.
  final SequencedMap<String, NDArray> arrays() {
    return arrays;
  }

  /// A copy of the weights as they are now.
  final ModelWeights weights() {
    return Weights.copyOf(arrays);
  }
}
