package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/// What is kept of the rounds of a run that are over. The model that it started from and the newest
/// one always are.
///
/// @param updates whose updates are kept
/// @param rounds how many with `LAST_ROUNDS`; null otherwise
public record RetentionSpec(
    @NotNull Updates updates, @Min(1) @Max(100_000) @Nullable Integer rounds) {

  /// Which files of a run are kept.
  public enum Updates {
    /// Those of all rounds, so that every aggregation can be repeated.
    ALL,
    /// Updates, models and states of the newest rounds.
    LAST_ROUNDS,
    /// No updates, but the models of all rounds.
    NONE
  }

  public static final RetentionSpec ALL = new RetentionSpec(Updates.ALL, null);

  @JsonCreator
  static RetentionSpec of(
      @JsonProperty("updates") @Nullable Updates updates,
      @JsonProperty("rounds") @Nullable Integer rounds) {
    return new RetentionSpec(updates == null ? Updates.ALL : updates, rounds);
  }

  /// How many rounds are kept.
  public int lastRounds() {
    if (updates != Updates.LAST_ROUNDS || rounds == null) {
      throw new IllegalStateException("updates " + updates + " are not kept by rounds");
    }
    return rounds;
  }
}
