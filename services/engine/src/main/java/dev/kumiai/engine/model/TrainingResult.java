package dev.kumiai.engine.model;

import dev.kumiai.core.tensor.ModelWeights;

/// What training gave.
///
/// @param weights the trained weights
/// @param meanLoss mean cross-entropy in nats of the images trained on, each measured when it was
///   trained on
/// @param examples images of the site that were there to train on
/// @param steps batches that were trained on, each a step of the optimiser
public record TrainingResult(ModelWeights weights, double meanLoss, long examples, long steps) {}
