package dev.kumiai.protocol.pilot;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Every amount with every guidance. The best by mean accuracy is chosen, and the intervals of the
/// verdict are widened for the choice. `{}` is [#AUTO].
///
/// @param multiples amounts, of the private samples of all sites
/// @param guidances what steers the generator; empty leaves it to the run
/// @param repetitions how many, the first ones, try all of it: the others go on with the best. Null
///   tries all in all of them
public record Sweep(
    @Size(min = 1, max = 10) List<@NotNull @Positive @DecimalMax("1000.0") Double> multiples,
    @Size(max = 10) List<@NotNull @Valid Steering> guidances,
    @Min(1) @Max(100) @Nullable Integer repetitions) {

  /// A small one for who does not want to think about it.
  public static final Sweep AUTO =
      new Sweep(
          List.of(0.5, 1.0, 2.0),
          List.of(new Steering(Guidance.PROMPT, null), new Steering(Guidance.MIXED, 0.7)),
          2);

  /// One guidance.
  ///
  /// @param strength null is the guidance's usual one
  public record Steering(
      @NotNull Guidance guidance, @DecimalMin("0.0") @DecimalMax("1.0") @Nullable Double strength) {

    @JsonCreator
    public Steering {}
  }

  public Sweep {
    multiples = PilotSpec.listed(multiples);
    guidances = PilotSpec.listed(guidances);
  }

  @JsonCreator
  static Sweep of(
      @JsonProperty("multiples") @Nullable List<Double> multiples,
      @JsonProperty("guidances") @Nullable List<Steering> guidances,
      @JsonProperty("repetitions") @Nullable Integer repetitions) {
    return multiples == null && guidances == null
        ? new Sweep(
            AUTO.multiples, AUTO.guidances, repetitions == null ? AUTO.repetitions : repetitions)
        : new Sweep(PilotSpec.listed(multiples), PilotSpec.listed(guidances), repetitions);
  }

  /// How many of a pilot's repetitions choose.
  public int choosing(int all) {
    return repetitions == null ? all : Math.min(repetitions, all);
  }
}
