package dev.kumiai.aggregation.task;

import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.TaskKind;
import java.time.Instant;

/// A task for which there has to be a Job.
///
/// @param attempt the one to come, or the one that a worker has claimed; a Job is launched for one
/// @param notBefore when the pause before that attempt ends; of a claimed one, when it was claimed
/// @param claimed whether a worker has it
public record LaunchableTask(
    TaskId id,
    RunId run,
    SiteId site,
    TaskKind kind,
    int round,
    int attempt,
    Instant notBefore,
    boolean claimed) {

  static LaunchableTask of(Task task, TaskState.Open state) {
    return switch (state) {
      case TaskState.Pending pending ->
          of(task, pending.attempt() + 1, pending.availableAt(), false);
      case TaskState.Claimed claimed -> of(task, claimed.attempt(), claimed.started(), true);
    };
  }

  private static LaunchableTask of(Task task, int attempt, Instant notBefore, boolean claimed) {
    return new LaunchableTask(
        task.id(), task.run(), task.site(), task.kind(), task.round(), attempt, notBefore, claimed);
  }
}
