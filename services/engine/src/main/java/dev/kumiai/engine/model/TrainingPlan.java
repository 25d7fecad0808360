package dev.kumiai.engine.model;

import static java.util.Objects.requireNonNull;

import dev.kumiai.core.KumiaiException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a network is trained in one round: [Sgd], or for a generator [Adam].
///
/// @param epochs passes over the images; null where `steps` says the length
/// @param steps batches to train on; null where `epochs` says the length
/// @param batchSize images in a batch; the last of an epoch may be smaller
/// @param learningRate step size
/// @param momentum share of the last step that is repeated, from 0 to below 1; Adam's first decay
/// @param weightDecay L2 penalty, added to the gradient; under Adam apart from it
/// @param proximalMu weight of FedProx's term mu/2 |w - w_global|^2 (Li et al. 2020, arXiv
///   1812.06127); 0 is none
/// @param gradientClipNorm largest L2 norm of a batch's gradient over all weights; null does not
///   clip
/// @param classBalanced draws every class equally often instead of every image
public record TrainingPlan(
    @Nullable Integer epochs,
    @Nullable Integer steps,
    int batchSize,
    double learningRate,
    double momentum,
    double weightDecay,
    double proximalMu,
    @Nullable Double gradientClipNorm,
    boolean classBalanced) {

  public TrainingPlan {
    require((epochs == null) != (steps == null), "has either epochs or steps");
    require(epochs == null || epochs > 0, "has at least 1 epoch");
    require(steps == null || steps > 0, "has at least 1 step");
    require(batchSize > 0, "has at least 1 image in a batch");
    require(learningRate > 0 && Double.isFinite(learningRate), "has a positive learning rate");
    require(momentum >= 0 && momentum < 1, "has a momentum from 0 to below 1");
    require(weightDecay >= 0 && Double.isFinite(weightDecay), "has no negative weight decay");
    require(proximalMu >= 0 && Double.isFinite(proximalMu), "has no negative proximal weight");
    require(gradientClipNorm == null || gradientClipNorm > 0, "clips to a positive norm");
  }

  /// Plain SGD over whole epochs.
  public static TrainingPlan ofEpochs(int epochs, int batchSize, double learningRate) {
    return new TrainingPlan(epochs, null, batchSize, learningRate, 0, 0, 0, null, false);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new KumiaiException.Invalid(
          "training-plan-invalid", "a training plan " + rule + ": correct the run's training");
    }
  }

  /// Batches to train on, with so many images.
  long totalSteps(int images) {
    return epochs == null ? requireNonNull(steps) : epochs * stepsPerEpoch(images);
  }

  /// Batches to train on each part of the images, one part after the other. With epochs, each part
  /// has so many of its own; steps are shared out in proportion to the images, so that a small part
  /// may come to none.
  ///
  /// @param sizes images of each part
  List<Long> stepsInTurn(List<Integer> sizes) {
    if (epochs != null) {
      return sizes.stream().map(this::totalSteps).toList();
    }
    long images = sizes.stream().mapToLong(Integer::longValue).sum();
    List<Long> shares = new ArrayList<>();
    long seen = 0;
    long given = 0;
    for (int size : sizes) {
      seen += size;
      long until = Math.round((double) requireNonNull(steps) * seen / images);
      shares.add(until - given);
      given = until;
    }
    return shares;
  }

  private long stepsPerEpoch(int images) {
    return Math.ceilDiv(images, batchSize);
  }

  /// What step `step` of a part of the images, counted from 0, belongs to, for a person.
  ///
  /// @param images of the part
  /// @param partSteps batches to train on it
  String stage(long step, int images, long partSteps) {
    return epochs == null
        ? "step %d of %d".formatted(step + 1, partSteps)
        : "epoch %d of %d".formatted(step / stepsPerEpoch(images) + 1, epochs);
  }
}
