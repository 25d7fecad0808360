package dev.kumiai.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a round stands.
///
/// @param round its number
/// @param incarnation how often the run had been retried before it
/// @param phase Waiting, Running, Succeeded, or Failed when it could not be started or did not come
///   to an end
/// @param sites how many sites have answered, of how many that were asked, such as 3/4
/// @param accuracy of the model that came out, 0 to 1
/// @param loss of that model, in nats
/// @param modelDigest digest of the model that came out
/// @param startTime when it began
/// @param completionTime when it was over
/// @param duration how long it took, such as 12.3s
/// @param reason why it did not start or failed, in one sentence
/// @param tasks what the sites did
/// @param conditions Accepted and Complete
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FederatedRoundStatus(
    @Nullable Integer round,
    @Nullable Integer incarnation,
    @Nullable String phase,
    @Nullable String sites,
    @Nullable Double accuracy,
    @Nullable Double loss,
    @Nullable String modelDigest,
    @Nullable String startTime,
    @Nullable String completionTime,
    @Nullable String duration,
    @Nullable String reason,
    @Nullable List<SiteTask> tasks,
    @Nullable List<Condition> conditions) {

  /// What one site did.
  ///
  /// @param site which
  /// @param kind of the task, such as TRAIN
  /// @param state of the task, such as SUCCEEDED
  /// @param attempts how often it was tried
  /// @param problem the newest failure
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record SiteTask(
      String site, String kind, String state, int attempts, @Nullable String problem) {}
}
