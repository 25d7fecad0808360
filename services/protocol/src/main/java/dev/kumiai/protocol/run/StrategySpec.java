package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// How updates become the next global model.
///
/// @param name which rule
/// @param weighting what a site's vote is worth
public record StrategySpec(Name name, Weighting weighting) {

  /// The rules an aggregator knows.
  public enum Name {
    /// Mean of the updates, weighted by examples (McMahan et al. 2017, arXiv 1602.05629).
    FEDAVG
  }

  /// Which examples count in a weighted mean.
  public enum Weighting {
    /// Private examples only.
    PRIVATE,
    /// Private and generated examples.
    ALL
  }

  public static final StrategySpec DEFAULT = new StrategySpec(Name.FEDAVG, Weighting.ALL);

  @JsonCreator
  static StrategySpec of(
      @JsonProperty("name") @Nullable Name name,
      @JsonProperty("weighting") @Nullable Weighting weighting) {
    return new StrategySpec(
        name == null ? DEFAULT.name : name, weighting == null ? DEFAULT.weighting : weighting);
  }
}
