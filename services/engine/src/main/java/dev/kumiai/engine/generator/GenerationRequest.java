package dev.kumiai.engine.generator;

import dev.kumiai.core.KumiaiException;

/// Samples to make of one class.
///
/// @param label the class
/// @param count how many, at least 1
/// @param guidance what steers the generator besides the class
/// @param guidanceScale weight of classifier-free guidance, above 0; 1 is none
/// @param samplingSteps denoising steps from pure noise to the sample, 1 to 1000
/// @param seed the same seed makes the same samples
public record GenerationRequest(
    String label,
    int count,
    Guidance guidance,
    double guidanceScale,
    int samplingSteps,
    long seed) {

  private static final int MAX_STEPS = 1000;

  public GenerationRequest {
    require(count >= 1, "at least 1 sample is made, not " + count);
    require(
        guidanceScale > 0 && Double.isFinite(guidanceScale),
        "the guidance scale is above 0, not " + guidanceScale);
    require(
        samplingSteps >= 1 && samplingSteps <= MAX_STEPS,
        "a sample takes 1 to " + MAX_STEPS + " steps, not " + samplingSteps);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new KumiaiException.Invalid("generation-request-invalid", message);
    }
  }
}
