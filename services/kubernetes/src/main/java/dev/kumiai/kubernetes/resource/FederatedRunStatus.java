package dev.kumiai.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a FederatedRun stands.
///
/// @param run id of the run at the aggregator
/// @param phase that of the REST API, such as TRAINING or SUCCEEDED; Pending before the run was
///   accepted
/// @param round the round that goes on or was the last; 0 before the first
/// @param rounds how many there are to be
/// @param progress both, such as 2/10
/// @param sites how many sites take part
/// @param sitesReady how many of them have enrolled and told what they hold, of how many, such as
///   3/3
/// @param accuracy of the newest measured model, 0 to 1
/// @param modelDigest digest of the newest global model
/// @param strategy how updates become the next global model
/// @param reason why the run was not accepted, failed, was cancelled or is on hold, in one sentence
/// @param startTime when the run was accepted
/// @param completionTime when it was over
/// @param observedSuspend the newest spec.suspend that was acted upon
/// @param specDigest digest of the spec that the run was started with
/// @param lastRounds the newest rounds, newest first
/// @param conditions Accepted, Generated, Progressing, Suspended, Succeeded and Failed
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FederatedRunStatus(
    @Nullable String run,
    @Nullable String phase,
    @Nullable Integer round,
    @Nullable Integer rounds,
    @Nullable String progress,
    @Nullable Integer sites,
    @Nullable String sitesReady,
    @Nullable Double accuracy,
    @Nullable String modelDigest,
    @Nullable String strategy,
    @Nullable String reason,
    @Nullable String startTime,
    @Nullable String completionTime,
    @Nullable Boolean observedSuspend,
    @Nullable String specDigest,
    @Nullable List<RoundSummary> lastRounds,
    @Nullable List<Condition> conditions) {

  /// One round.
  ///
  /// @param round its number
  /// @param accuracy of the model that came out, 0 to 1
  /// @param updates how many sites' updates it counted
  /// @param seconds how long it took
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RoundSummary(
      int round, @Nullable Double accuracy, @Nullable Integer updates, @Nullable Double seconds) {}
}
