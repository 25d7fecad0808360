package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kumiai.core.Digest;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import org.jspecify.annotations.Nullable;

/// What every site generates, once, before the first round.
///
/// @param generator digest of the generator's file; every generation worker finds the file in its
///   generator folder
/// @param allocation how the total is shared out over sites and classes
/// @param totalSamples samples that all sites together generate
/// @param guidance what steers the generator besides the class
/// @param strength how far a real sample is noised before it is denoised again (SDEdit, Meng et al.
///   2022, arXiv 2108.01073), from 0 (kept as it is) to 1 (forgotten). [Guidance#PROMPT] starts
///   from noise alone, so its strength is 1 and no other can be given
/// @param guidanceScale weight of classifier-free guidance (Ho and Salimans 2022, arXiv
///   2207.12598); 1 is none
/// @param samplingSteps steps of DDIM (Song et al. 2021, arXiv 2010.02502)
public record GenerationSpec(
    @NotNull Digest generator,
    Allocation allocation,
    @Min(1) @Max(100_000_000) int totalSamples,
    Guidance guidance,
    @DecimalMin("0.0") @DecimalMax("1.0") double strength,
    @Positive @DecimalMax("1000.0") double guidanceScale,
    @Min(1) @Max(1_000) int samplingSteps) {

  /// How a budget is shared out.
  public enum Allocation {
    /// The same for every site, spread evenly over the classes.
    EQUAL,
    /// Inversely to the size of a site's private data.
    INVERSE,
    /// Raises the smallest sites to one level.
    WATER_FILLING,
    /// Raises each site's poorest classes to one level.
    DEFICIT
  }

  /// What steers the generator.
  public enum Guidance {
    /// The class alone.
    PROMPT,
    /// The class, starting from a noised real sample of it; a class the site does not hold falls
    /// back to the prompt.
    MIXED
  }

  /// Of [Guidance#MIXED].
  public static final double DEFAULT_STRENGTH = 0.7;

  /// Of [Guidance#PROMPT]: nothing is left of a real sample.
  public static final double PROMPT_STRENGTH = 1.0;

  public static final double DEFAULT_GUIDANCE_SCALE = 2.0;
  public static final int DEFAULT_SAMPLING_STEPS = 25;

  @JsonCreator
  static GenerationSpec of(
      @JsonProperty("generator") Digest generator,
      @JsonProperty("allocation") @Nullable Allocation allocation,
      @JsonProperty("totalSamples") @Nullable Integer totalSamples,
      @JsonProperty("guidance") @Nullable Guidance guidance,
      @JsonProperty("strength") @Nullable Double strength,
      @JsonProperty("guidanceScale") @Nullable Double guidanceScale,
      @JsonProperty("samplingSteps") @Nullable Integer samplingSteps) {
    return new GenerationSpec(
        generator,
        allocation == null ? Allocation.DEFICIT : allocation,
        totalSamples == null ? 0 : totalSamples,
        guidance == null ? Guidance.PROMPT : guidance,
        strength == null
            ? (guidance == Guidance.MIXED ? DEFAULT_STRENGTH : PROMPT_STRENGTH)
            : strength,
        guidanceScale == null ? DEFAULT_GUIDANCE_SCALE : guidanceScale,
        samplingSteps == null ? DEFAULT_SAMPLING_STEPS : samplingSteps);
  }
}
