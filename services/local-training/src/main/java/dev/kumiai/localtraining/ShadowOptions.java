package dev.kumiai.localtraining;

import dev.kumiai.core.privacy.LikelihoodRatioAttack;
import dev.kumiai.engine.model.TrainingPlan;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// How many shadow models an attack trains, and how: best as the attacked models were.
final class ShadowOptions {

  @Option(
      names = "--shadows",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Shadow models: an even number from 4 to 64, or 0 to attack by loss alone (default:"
              + " ${DEFAULT-VALUE}).")
  int count;

  @ArgGroup private @Nullable Length length;

  /// How long each is trained.
  private static final class Length {
    @Option(names = "--steps", paramLabel = "N", description = "Batches that each is trained on.")
    private @Nullable Integer steps;

    @Option(
        names = "--epochs",
        paramLabel = "N",
        description = "Passes over its images that each is trained for.")
    private @Nullable Integer epochs;
  }

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "64",
      description = "Images in a batch (default: ${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      defaultValue = "0.05",
      description = "Step size of SGD (default: ${DEFAULT-VALUE}).")
  private double learningRate;

  @Option(
      names = "--momentum",
      paramLabel = "X",
      defaultValue = "0.9",
      description = "Momentum of SGD (default: ${DEFAULT-VALUE}).")
  private double momentum;

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      defaultValue = "5e-4",
      description = "L2 penalty (default: ${DEFAULT-VALUE}).")
  private double weightDecay;

  @Option(
      names = "--gradient-clip-norm",
      paramLabel = "X",
      description = "Largest norm of a batch's gradient (default: none).")
  private @Nullable Double gradientClipNorm;

  @Option(names = "--class-balanced", description = "Draws every class equally often.")
  private boolean classBalanced;

  /// How each is trained; null where none is.
  @Nullable TrainingPlan plan(CommandLine command) {
    if (count == 0) {
      return null;
    }
    if (!LikelihoodRatioAttack.isPossible(count)) {
      throw new ParameterException(
          command,
          "--shadows is 0 or an even number from %d to %d, not %d"
              .formatted(
                  LikelihoodRatioAttack.LEAST_SHADOWS, LikelihoodRatioAttack.MOST_SHADOWS, count));
    }
    if (length == null) {
      throw new ParameterException(
          command, "--shadows needs --steps or --epochs: how long each is trained");
    }
    return new TrainingPlan(
        length.epochs,
        length.steps,
        batchSize,
        learningRate,
        momentum,
        weightDecay,
        0,
        gradientClipNorm,
        classBalanced);
  }
}
