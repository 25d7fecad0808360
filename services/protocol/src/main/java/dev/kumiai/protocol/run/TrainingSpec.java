package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;
import org.jspecify.annotations.Nullable;

/// How a site trains in one round: stochastic gradient descent with momentum, or for
/// CLASS_DIFFUSION Adam with that as its first decay.
///
/// @param epochs passes over the site's data; null where `steps` says the length
/// @param steps batches to train on; null where `epochs` says the length
/// @param batchSize samples in a batch
/// @param learningRate step size
/// @param momentum from 0 to below 1
/// @param weightDecay L2 penalty, added to the gradient
/// @param proximalMu weight of FedProx's term mu/2 |w - w_global|^2 (Li et al. 2020, arXiv
///   1812.06127); 0 is none
/// @param gradientClipNorm largest L2 norm of a batch's gradient; null does not clip
/// @param classBalanced draws every class equally often instead of every sample
/// @param generatedOrder when in a round generated samples are trained on
/// @param trainsOn what of a site's data is trained on; evaluation never sees generated samples
public record TrainingSpec(
    @Min(1) @Max(1_000) @Nullable Integer epochs,
    @Min(1) @Max(1_000_000) @Nullable Integer steps,
    @Min(1) @Max(65_536) int batchSize,
    @Positive @DecimalMax("1000.0") double learningRate,
    @DecimalMin("0.0") @DecimalMax(value = "1.0", inclusive = false) double momentum,
    @DecimalMin("0.0") @DecimalMax("1000.0") double weightDecay,
    @DecimalMin("0.0") @DecimalMax("1000.0") double proximalMu,
    @Positive @DecimalMax("1e9") @Nullable Double gradientClipNorm,
    boolean classBalanced,
    GeneratedOrder generatedOrder,
    TrainsOn trainsOn) {

  /// When in a round generated samples are trained on. With `epochs`, each part of the data has so
  /// many; `steps` are shared out in proportion to the samples.
  public enum GeneratedOrder {
    /// Private and generated samples in one shuffled order.
    MIXED,
    /// All of the generated samples, then the private ones.
    GENERATED_FIRST,
    /// The private samples, then all of the generated ones.
    GENERATED_LAST
  }

  /// What of a site's data is trained on.
  public enum TrainsOn {
    PRIVATE_AND_GENERATED,
    GENERATED_ONLY,
    /// Private samples, and generated ones whose labels were permuted among themselves: a control,
    /// which no gain should survive.
    SHUFFLED_LABELS
  }

  public static final TrainingSpec DEFAULT =
      new TrainingSpec(1, null, 64, 0.05, 0.9, 5e-4, 0, null, false);

  /// Training on private and generated samples, mixed.
  public TrainingSpec(
      @Nullable Integer epochs,
      @Nullable Integer steps,
      int batchSize,
      double learningRate,
      double momentum,
      double weightDecay,
      double proximalMu,
      @Nullable Double gradientClipNorm,
      boolean classBalanced) {
    this(
        epochs,
        steps,
        batchSize,
        learningRate,
        momentum,
        weightDecay,
        proximalMu,
        gradientClipNorm,
        classBalanced,
        GeneratedOrder.MIXED,
        TrainsOn.PRIVATE_AND_GENERATED);
  }

  /// The same, with generated samples used in another way.
  public TrainingSpec withGenerated(GeneratedOrder order, TrainsOn on) {
    return new TrainingSpec(
        epochs,
        steps,
        batchSize,
        learningRate,
        momentum,
        weightDecay,
        proximalMu,
        gradientClipNorm,
        classBalanced,
        order,
        on);
  }

  @JsonCreator
  static TrainingSpec of(
      @JsonProperty("epochs") @Nullable Integer epochs,
      @JsonProperty("steps") @Nullable Integer steps,
      @JsonProperty("batchSize") @Nullable Integer batchSize,
      @JsonProperty("learningRate") @Nullable Double learningRate,
      @JsonProperty("momentum") @Nullable Double momentum,
      @JsonProperty("weightDecay") @Nullable Double weightDecay,
      @JsonProperty("proximalMu") @Nullable Double proximalMu,
      @JsonProperty("gradientClipNorm") @Nullable Double gradientClipNorm,
      @JsonProperty("classBalanced") @Nullable Boolean classBalanced,
      @JsonProperty("generatedOrder") @Nullable GeneratedOrder generatedOrder,
      @JsonProperty("trainsOn") @Nullable TrainsOn trainsOn) {
    return new TrainingSpec(
        epochs == null && steps == null ? DEFAULT.epochs : epochs,
        steps,
        batchSize == null ? DEFAULT.batchSize : batchSize,
        learningRate == null ? DEFAULT.learningRate : learningRate,
        momentum == null ? DEFAULT.momentum : momentum,
        weightDecay == null ? DEFAULT.weightDecay : weightDecay,
        proximalMu == null ? DEFAULT.proximalMu : proximalMu,
        gradientClipNorm,
        classBalanced == null ? DEFAULT.classBalanced : classBalanced,
        generatedOrder == null ? DEFAULT.generatedOrder : generatedOrder,
        trainsOn == null ? DEFAULT.trainsOn : trainsOn);
  }
}
