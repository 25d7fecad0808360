package dev.kumiai.engine.quality;

import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.model.LocalMethod;
import dev.kumiai.engine.model.LocalTrainer;
import dev.kumiai.engine.model.Network;
import dev.kumiai.engine.model.TrainingPlan;

/// How all classifiers are trained that measure something here: quickly, and the same from the same
/// seed. Its length is bounded in steps and not in seconds, so that a slow machine gets the same
/// result as a quick one.
final class Training {

  static final int MOST_STEPS = 240;

  private static final int LEAST_STEPS = 60;
  private static final int EPOCHS = 20;
  private static final int BATCH_SIZE = 32;
  private static final double LEARNING_RATE = 0.03;
  private static final double MOMENTUM = 0.9;
  private static final double WEIGHT_DECAY = 5e-4;
  private static final double CLIP_NORM = 5;

  private Training() {}

  /// Trains from fresh weights, every class as often as every other.
  static ModelWeights train(
      Network network, LabelledImages images, long seed, EngineDevice device, Progress progress) {
    int steps =
        Math.clamp(
            (long) EPOCHS * Math.ceilDiv(images.size(), BATCH_SIZE), LEAST_STEPS, MOST_STEPS);
    TrainingPlan plan =
        new TrainingPlan(
            null, steps, BATCH_SIZE, LEARNING_RATE, MOMENTUM, WEIGHT_DECAY, 0, CLIP_NORM, true);
    return new LocalTrainer(device)
        .train(
            network, network.initialWeights(seed), images, plan, LocalMethod.PLAIN, seed, progress)
        .weights();
  }
}
