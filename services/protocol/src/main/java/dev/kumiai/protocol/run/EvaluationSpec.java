package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.FolderName;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where and how often the global model is measured.
///
/// @param sites who measures: one evaluator beside the aggregator that holds a test set, or the
///   sites themselves, whose results are then weighted by their examples
/// @param dataset the data set measured on, a folder under the evaluating site's `private/`
/// @param everyRounds rounds between two measurements; the last round is always measured
/// @param patienceRounds ends the run when accuracy has not risen for so many rounds; null never
///   does
public record EvaluationSpec(
    @NotEmpty List<@NotNull SiteId> sites,
    @FolderName String dataset,
    @Min(1) @Max(10_000) int everyRounds,
    @Min(1) @Max(10_000) @Nullable Integer patienceRounds) {

  public EvaluationSpec {
    sites = Missing.emptyIfNull(sites);
  }

  @JsonCreator
  static EvaluationSpec of(
      @JsonProperty("sites") List<SiteId> sites,
      @JsonProperty("dataset") String dataset,
      @JsonProperty("everyRounds") @Nullable Integer everyRounds,
      @JsonProperty("patienceRounds") @Nullable Integer patienceRounds) {
    return new EvaluationSpec(
        sites, dataset, everyRounds == null ? 1 : everyRounds, patienceRounds);
  }
}
