package dev.kumiai.protocol.pilot;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Every amount with every guidance. The best by mean accuracy is chosen, and the intervals of the
/// verdict are widened for the choice.
///
/// @param multiples amounts, of the private samples of all sites
/// @param guidances what steers the generator; empty leaves it to the run
public record Sweep(
    @NotEmpty @Size(max = 10) List<@NotNull @Positive @DecimalMax("1000.0") Double> multiples,
    @Size(max = 10) List<@NotNull @Valid Steering> guidances) {

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
      @JsonProperty("multiples") List<Double> multiples,
      @JsonProperty("guidances") @Nullable List<Steering> guidances) {
    return new Sweep(multiples, PilotSpec.listed(guidances));
  }
}
