package dev.kumiai.core;

/// What a worker can be asked to do.
public enum TaskKind {
  /// Make the first weights of a model from a seed.
  INITIALIZE,
  /// Make the site's generated data set, once per run.
  GENERATE,
  /// Train the global model on private and generated data and return an update.
  TRAIN,
  /// Measure the global model on a data set that was never trained on.
  EVALUATE
}
