package dev.kumiai.protocol.run;

import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A run as its user sees it.
///
/// @param round the round that goes on or was the last; 0 before the first
/// @param model digest of the newest global model; null before the first weights
/// @param incarnation how often the run was retried
/// @param accuracy of the newest measured model, 0 to 1; null before the first measurement
/// @param reason why the run failed, was cancelled or is on hold; null otherwise
/// @param tasks the tasks of the present stage, for progress; the others are under its rounds
public record RunView(
    RunId run,
    RunSpec spec,
    RunPhase phase,
    int round,
    int incarnation,
    @Nullable Digest model,
    @Nullable Double accuracy,
    @Nullable String reason,
    Instant created,
    @Nullable Instant finished,
    List<TaskView> tasks) {

  public RunView {
    tasks = List.copyOf(tasks);
  }
}
