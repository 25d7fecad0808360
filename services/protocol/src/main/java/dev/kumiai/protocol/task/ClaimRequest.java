package dev.kumiai.protocol.task;

import dev.kumiai.core.TaskKind;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import java.util.Set;

/// Asks for work. The answer is a [ClaimedTask], or 204 when there was none within the wait.
///
/// @param kinds what this worker can do
/// @param waitSeconds how long the aggregator may hold the request open
public record ClaimRequest(@NotEmpty Set<TaskKind> kinds, @Min(0) @Max(60) int waitSeconds) {

  public ClaimRequest {
    kinds = kinds == null ? Set.of() : Set.copyOf(kinds);
  }
}
