package dev.kumiai.protocol.pilot;

import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How much an arm adds and what steers it.
///
/// @param totalSamples of all sites; null where `multiple` says it
/// @param multiple of the private samples of all sites; null where `totalSamples` says it
/// @param strength how far a real sample is changed, 0 to 1
public record Amount(
    @Nullable Integer totalSamples, @Nullable Double multiple, Guidance guidance, double strength) {

  /// Those of a plan.
  public static Amount of(GenerationSpec generation) {
    return new Amount(
        generation.totalSamples(),
        generation.multiple(),
        generation.guidance(),
        generation.strength());
  }

  /// A generation with this amount.
  public GenerationSpec in(GenerationSpec usual) {
    GenerationSpec sized =
        multiple == null
            ? GenerationSpec.ofTotal(usual.generator(), Objects.requireNonNull(totalSamples))
            : GenerationSpec.ofMultiple(usual.generator(), multiple);
    return sized
        .withAllocation(usual.allocation())
        .withPrompts(usual.prompts())
        .withGuidance(guidance, strength)
        .withSampling(usual.guidanceScale(), usual.samplingSteps())
        .withFilters(usual.filters());
  }

  /// For people: `0.5 x the private samples, guidance mixed 0.7`.
  public String inWords() {
    String steered =
        guidance == Guidance.PROMPT
            ? "prompt"
            : guidance.name().toLowerCase(Locale.ROOT) + " " + number(strength);
    return sizeInWords() + ", guidance " + steered;
  }

  /// For people, without what steers: `0.5 x the private samples`.
  public String sizeInWords() {
    return multiple == null
        ? totalSamples + " samples"
        : String.format(Locale.ROOT, "%s x the private samples", number(multiple));
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.valueOf(value);
  }
}
