package dev.kumiai.engine.generator;

import dev.kumiai.core.KumiaiException;

/// How a generator is trained.
///
/// @param architecture the size of its network
/// @param budget when it ends
/// @param batch images in each step
/// @param learningRate the highest; it rises linearly over the first steps and then falls to 0 as a
///   half cosine over the budget
/// @param seed of the first weights, of the order of the images and of their noise
public record TrainingSettings(
    DiffusionArchitecture architecture, Budget budget, int batch, double learningRate, long seed) {

  public static final int DEFAULT_BATCH = 64;
  public static final double DEFAULT_LEARNING_RATE = 2e-3;

  public TrainingSettings {
    require(batch >= 1, "a step takes at least 1 image, not " + batch);
    require(
        learningRate > 0 && Double.isFinite(learningRate),
        "the learning rate is above 0, not " + learningRate);
  }

  /// When a training ends.
  public sealed interface Budget {

    /// Share of the budget that is used up.
    double used(int steps, double seconds);

    /// After a number of steps. The same data, settings and number of threads then give the same
    /// weights, whether the training was interrupted or not.
    record Steps(int steps) implements Budget {
      public Steps {
        require(steps >= 1, "a training takes at least 1 step, not " + steps);
      }

      @Override
      public double used(int done, double seconds) {
        return (double) done / steps;
      }
    }

    /// After a time, not counting interruptions.
    record Minutes(double minutes) implements Budget {
      private static final double SECONDS = 60;

      public Minutes {
        require(
            minutes > 0 && Double.isFinite(minutes),
            "a training takes more than 0 minutes, not " + minutes);
      }

      @Override
      public double used(int done, double seconds) {
        return seconds / (minutes * SECONDS);
      }
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new KumiaiException.Invalid("training-settings-invalid", message);
    }
  }
}
