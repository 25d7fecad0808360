package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import org.jspecify.annotations.Nullable;

/// What every site generates, once, before the first round: how much, told what, guided by what.
///
/// @param generator what makes the samples
/// @param allocation how the total is shared out over sites and classes
/// @param totalSamples samples that all sites together generate; null where `multiple` says it
/// @param multiple the same as a multiple of the private samples that all sites together hold; null
///   where `totalSamples` says it
/// @param prompts what the generator is told in words; null for the class alone
/// @param guidance what steers the generator
/// @param strength how far a real sample is changed, from 0 (kept as it is) to 1 (forgotten): how
///   far it is noised before it is denoised again (SDEdit, Meng et al. 2022, arXiv 2108.01073).
///   [Guidance#PROMPT] starts from noise alone, so its strength is 1 and no other can be given
/// @param guidanceScale weight of classifier-free guidance (Ho and Salimans 2022, arXiv
///   2207.12598); 1 is none
/// @param samplingSteps steps of the sampler
/// @param filters which samples are dropped
public record GenerationSpec(
    @NotNull GeneratorRef generator,
    Allocation allocation,
    @Min(1) @Max(GenerationSpec.MOST_SAMPLES) @Nullable Integer totalSamples,
    @Positive @DecimalMax("1000.0") @Nullable Double multiple,
    @Valid @Nullable PromptSpec prompts,
    Guidance guidance,
    @DecimalMin("0.0") @DecimalMax("1.0") double strength,
    @Positive @DecimalMax("1000.0") double guidanceScale,
    @Min(1) @Max(1_000) int samplingSteps,
    @Valid FilterSpec filters) {

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

  /// What steers the generator. A class that the site does not hold falls back to [#PROMPT].
  public enum Guidance {
    /// The prompt, or the class where there are no prompts.
    PROMPT,
    /// A noised real sample of the class, and nothing else.
    REAL,
    /// The prompt, starting from a noised real sample of the class.
    MIXED;

    /// The strength where none is given.
    public double defaultStrength() {
      return this == PROMPT ? PROMPT_STRENGTH : DEFAULT_STRENGTH;
    }
  }

  /// That all sites together can be asked for.
  public static final int MOST_SAMPLES = 100_000_000;

  /// Where a real sample guides.
  public static final double DEFAULT_STRENGTH = 0.7;

  /// Of [Guidance#PROMPT]: nothing is left of a real sample.
  public static final double PROMPT_STRENGTH = 1.0;

  public static final double DEFAULT_GUIDANCE_SCALE = 2.0;
  public static final int DEFAULT_SAMPLING_STEPS = 25;

  /// So many samples, and defaults.
  public static GenerationSpec ofTotal(GeneratorRef generator, int totalSamples) {
    return of(generator, null, totalSamples, null, null, null, null, null, null, null);
  }

  /// Samples in proportion to the private ones, and defaults.
  public static GenerationSpec ofMultiple(GeneratorRef generator, double multiple) {
    return of(generator, null, null, multiple, null, null, null, null, null, null);
  }

  /// The same, shared out in another way.
  public GenerationSpec withAllocation(Allocation other) {
    return new GenerationSpec(
        generator,
        other,
        totalSamples,
        multiple,
        prompts,
        guidance,
        strength,
        guidanceScale,
        samplingSteps,
        filters);
  }

  /// The same with other prompts.
  public GenerationSpec withPrompts(@Nullable PromptSpec other) {
    return new GenerationSpec(
        generator,
        allocation,
        totalSamples,
        multiple,
        other,
        guidance,
        strength,
        guidanceScale,
        samplingSteps,
        filters);
  }

  /// The same, guided in another way.
  public GenerationSpec withGuidance(Guidance other, double otherStrength) {
    return new GenerationSpec(
        generator,
        allocation,
        totalSamples,
        multiple,
        prompts,
        other,
        otherStrength,
        guidanceScale,
        samplingSteps,
        filters);
  }

  /// The same, sampled in another way.
  public GenerationSpec withSampling(double otherScale, int otherSteps) {
    return new GenerationSpec(
        generator,
        allocation,
        totalSamples,
        multiple,
        prompts,
        guidance,
        strength,
        otherScale,
        otherSteps,
        filters);
  }

  /// The same with other filters.
  public GenerationSpec withFilters(FilterSpec other) {
    return new GenerationSpec(
        generator,
        allocation,
        totalSamples,
        multiple,
        prompts,
        guidance,
        strength,
        guidanceScale,
        samplingSteps,
        other);
  }

  @JsonCreator
  static GenerationSpec of(
      @JsonProperty("generator") GeneratorRef generator,
      @JsonProperty("allocation") @Nullable Allocation allocation,
      @JsonProperty("totalSamples") @Nullable Integer totalSamples,
      @JsonProperty("multiple") @Nullable Double multiple,
      @JsonProperty("prompts") @Nullable PromptSpec prompts,
      @JsonProperty("guidance") @Nullable Guidance guidance,
      @JsonProperty("strength") @Nullable Double strength,
      @JsonProperty("guidanceScale") @Nullable Double guidanceScale,
      @JsonProperty("samplingSteps") @Nullable Integer samplingSteps,
      @JsonProperty("filters") @Nullable FilterSpec filters) {
    Guidance guided = guidance == null ? usual(generator) : guidance;
    return new GenerationSpec(
        generator,
        allocation == null ? Allocation.DEFICIT : allocation,
        totalSamples,
        multiple,
        prompts,
        guided,
        strength == null ? guided.defaultStrength() : strength,
        guidanceScale == null ? DEFAULT_GUIDANCE_SCALE : guidanceScale,
        samplingSteps == null ? DEFAULT_SAMPLING_STEPS : samplingSteps,
        filters == null ? FilterSpec.defaultFor(generator) : filters);
  }

  /// Classical augmentation has nothing to go by but real samples.
  private static Guidance usual(GeneratorRef generator) {
    return generator instanceof GeneratorRef.Classical ? Guidance.REAL : Guidance.PROMPT;
  }
}
