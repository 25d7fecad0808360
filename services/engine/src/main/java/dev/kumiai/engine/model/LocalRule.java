package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.kumiai.core.tensor.ModelWeights;
import org.jspecify.annotations.Nullable;

/// Where a strategy acts while a site trains. What a method does not change is plain training.
///
/// In each step: [#loss] makes the loss, whose gradients arrive at the weights; [#ascend] may look
/// at them and have them computed again elsewhere; they are clipped; [#correct] changes what the
/// optimiser then gets. Arrays of a step hang on the scope of the batch.
interface LocalRule {

  /// Changes nothing.
  LocalRule PLAIN = new LocalRule() {};

  /// The same network with other weights, for comparison: nothing trains it.
  interface Reference {
    LoadedClassifier with(ModelWeights weights);
  }

  /// What a round leaves.
  ///
  /// @param addition tensors that go with the update; null adds none
  /// @param remembered what the site keeps for its next round; null keeps nothing
  record Legacy(@Nullable ModelWeights addition, @Nullable ModelWeights remembered) {
    static final Legacy NONE = new Legacy(null, null);
  }

  /// What is minimised over a batch, a scalar. Asked of classifiers only: all that add to the loss
  /// work on features.
  ///
  /// @param crossEntropy mean over the batch
  /// @param output of the network for the batch
  default NDArray loss(NDArray crossEntropy, Batch batch, LoadedClassifier.Output output) {
    return crossEntropy;
  }

  /// Acts when the gradients of the loss stand at the weights.
  ///
  /// @param again computes the gradients at the weights as they are then, in place of these
  default void ascend(Runnable again, NDManager step) {}

  /// Whether there is anything for [#correct] to do.
  default boolean corrects() {
    return false;
  }

  /// Changes the clipped gradient of one array of weights in place.
  default void correct(String name, NDArray weight, NDArray gradient, NDManager step) {}

  /// Called once, after the last step.
  ///
  /// @param steps that were taken
  default Legacy leave(ModelWeights trained, long steps, TrainingPlan plan) {
    return Legacy.NONE;
  }
}
