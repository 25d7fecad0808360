package dev.kumiai.engine.generator;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.prompt.Prompt;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Samples to make of one class: those from index `first` on.
///
/// @param label the class
/// @param first index of the first sample, from 0: a set goes on after its last stored sample
/// @param count how many, at least 1
/// @param prompts what the generator is told about the sample of an index; null for the class alone
/// @param guidance what steers the generator besides
/// @param guidanceScale weight of classifier-free guidance, above 0; 1 is none
/// @param samplingSteps denoising steps from pure noise to the sample, 1 to 1000
/// @param seed the same seed makes the same samples
public record GenerationRequest(
    String label,
    int first,
    int count,
    @Nullable IntFunction<Prompt> prompts,
    Guidance guidance,
    double guidanceScale,
    int samplingSteps,
    long seed) {

  private static final int MAX_STEPS = 1000;

  public GenerationRequest {
    require(first >= 0, "the first sample has an index from 0 on, not " + first);
    require(count >= 1, "at least 1 sample is made, not " + count);
    require(
        count <= Integer.MAX_VALUE - first,
        "%d samples after %d are too many".formatted(count, first));
    require(
        guidanceScale > 0 && Double.isFinite(guidanceScale),
        "the guidance scale is above 0, not " + guidanceScale);
    require(
        samplingSteps >= 1 && samplingSteps <= MAX_STEPS,
        "a sample takes 1 to " + MAX_STEPS + " steps, not " + samplingSteps);
  }

  /// The first samples of a class, without prompts.
  public GenerationRequest(
      String label,
      int count,
      Guidance guidance,
      double guidanceScale,
      int samplingSteps,
      long seed) {
    this(label, 0, count, null, guidance, guidanceScale, samplingSteps, seed);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new KumiaiException.Invalid("generation-request-invalid", message);
    }
  }
}
