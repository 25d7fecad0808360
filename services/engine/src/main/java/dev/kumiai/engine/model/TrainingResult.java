package dev.kumiai.engine.model;

import dev.kumiai.core.tensor.ModelWeights;

/// What training gave.
///
/// @param weights the trained weights
/// @param meanLoss mean cross-entropy in nats of the images trained on, each measured when it was
///   trained on
/// @param examples images of the site that were there to train on
public record TrainingResult(ModelWeights weights, double meanLoss, long examples) {}
