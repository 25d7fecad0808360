package dev.kumiai.protocol.pilot;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kumiai.core.SiteId;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the runs of one seed have in common.
///
/// @param seed of each of them
/// @param sites that train
/// @param evaluators that measure; those that train too tell how well the model does at their site,
///   and count for its accuracy only where there are no others. Empty leaves it to the run
/// @param dataset under the sites' `private/`; null is that of the run
/// @param iidDataset the same images, spread evenly over the sites; null is the data set's name
///   followed by `-iid`
public record Repetition(
    long seed,
    @NotEmpty List<@NotNull SiteId> sites,
    List<@NotNull SiteId> evaluators,
    @Nullable String dataset,
    @Nullable String iidDataset) {

  public Repetition {
    sites = PilotSpec.listed(sites);
    evaluators = PilotSpec.listed(evaluators);
  }

  @JsonCreator
  static Repetition of(
      @JsonProperty("seed") @Nullable Long seed,
      @JsonProperty("sites") List<SiteId> sites,
      @JsonProperty("evaluators") @Nullable List<SiteId> evaluators,
      @JsonProperty("dataset") @Nullable String dataset,
      @JsonProperty("iidDataset") @Nullable String iidDataset) {
    return new Repetition(
        seed == null ? 0 : seed, sites, PilotSpec.listed(evaluators), dataset, iidDataset);
  }
}
