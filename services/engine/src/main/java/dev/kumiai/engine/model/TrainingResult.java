package dev.kumiai.engine.model;

import dev.kumiai.core.tensor.ModelWeights;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What training gave.
///
/// @param weights the trained weights
/// @param meanLoss mean loss, as of [Evaluation#loss], of the images trained on, each measured when
///   it was trained on
/// @param examples images of the site that were there to train on
/// @param steps batches that were trained on, each a step of the optimiser
/// @param addition tensors that the strategy sends with the weights; null adds none
/// @param remembered what the strategy goes on from in this site's next round, if this update
///   counts; null for nothing
public record TrainingResult(
    ModelWeights weights,
    double meanLoss,
    long examples,
    long steps,
    @Nullable ModelWeights addition,
    @Nullable ModelWeights remembered) {

  /// All tensors that the site sends.
  public ModelWeights update() {
    return addition == null
        ? weights
        : ModelWeights.of(
            Stream.concat(weights.tensors().stream(), addition.tensors().stream()).toList());
  }
}
