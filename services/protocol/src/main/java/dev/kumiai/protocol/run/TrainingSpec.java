package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;
import org.jspecify.annotations.Nullable;

/// How a site trains in one round: stochastic gradient descent with momentum.
///
/// @param epochs passes over the site's data; null where `steps` says the length
/// @param steps batches to train on; null where `epochs` says the length
/// @param batchSize samples in a batch
/// @param learningRate step size of SGD
/// @param momentum momentum of SGD
/// @param weightDecay L2 penalty, added to the gradient
/// @param proximalMu weight of FedProx's term mu/2 |w - w_global|^2 (Li et al. 2020, arXiv
///   1812.06127); 0 is none
/// @param gradientClipNorm largest L2 norm of a batch's gradient; null does not clip
/// @param classBalanced draws every class equally often instead of every sample
public record TrainingSpec(
    @Min(1) @Max(1_000) @Nullable Integer epochs,
    @Min(1) @Max(1_000_000) @Nullable Integer steps,
    @Min(1) @Max(65_536) int batchSize,
    @Positive @DecimalMax("1000.0") double learningRate,
    @DecimalMin("0.0") @DecimalMax(value = "1.0", inclusive = false) double momentum,
    @DecimalMin("0.0") @DecimalMax("1000.0") double weightDecay,
    @DecimalMin("0.0") @DecimalMax("1000.0") double proximalMu,
    @Positive @DecimalMax("1e9") @Nullable Double gradientClipNorm,
    boolean classBalanced) {

  public static final TrainingSpec DEFAULT =
      new TrainingSpec(1, null, 64, 0.05, 0.9, 5e-4, 0, null, false);

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
      @JsonProperty("classBalanced") @Nullable Boolean classBalanced) {
    return new TrainingSpec(
        epochs == null && steps == null ? DEFAULT.epochs : epochs,
        steps,
        batchSize == null ? DEFAULT.batchSize : batchSize,
        learningRate == null ? DEFAULT.learningRate : learningRate,
        momentum == null ? DEFAULT.momentum : momentum,
        weightDecay == null ? DEFAULT.weightDecay : weightDecay,
        proximalMu == null ? DEFAULT.proximalMu : proximalMu,
        gradientClipNorm,
        classBalanced == null ? DEFAULT.classBalanced : classBalanced);
  }
}
