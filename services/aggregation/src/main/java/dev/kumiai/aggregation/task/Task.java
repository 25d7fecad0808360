package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.site.Worker;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.TaskKind;
import java.time.Instant;

/// One piece of work for one site.
///
/// @param round 0 before the first
/// @param incarnation that of the run when the task was made; with the round it tells whose round
///   it belongs to
public record Task(
    TaskId id,
    RunId run,
    SiteId site,
    TaskKind kind,
    int round,
    int incarnation,
    Instant created,
    TaskState state) {

  /// A task that nobody has tried yet.
  public static Task pending(
      RunId run, int incarnation, SiteId site, TaskKind kind, int round, Instant now) {
    return new Task(
        TaskId.random(),
        run,
        site,
        kind,
        round,
        incarnation,
        now,
        new TaskState.Pending(0, now, null));
  }

  public Task in(TaskState next) {
    return new Task(id, run, site, kind, round, incarnation, created, next);
  }

  /// Refuses a caller whose task this is not.
  ///
  /// @throws KumiaiException.Forbidden `task-of-another-site`, `task-of-another-token`
  Task requireCaller(Worker caller) {
    if (!site.equals(caller.site())) {
      throw new KumiaiException.Forbidden(
          "task-of-another-site", "task " + id + " was not given to site '" + caller.site() + "'");
    }
    caller.requireTask(id);
    return this;
  }

  /// The state of an attempt that still holds its lease.
  ///
  /// @throws KumiaiException.Conflict `attempt-stale` when somebody else may have the task by now
  /// @throws KumiaiException.Gone `task-over`
  TaskState.Claimed requireAttempt(int attempt) {
    return switch (state) {
      case TaskState.Claimed claimed when claimed.attempt() == attempt -> claimed;
      case TaskState.Open open ->
          throw new KumiaiException.Conflict(
              "attempt-stale",
              "attempt %d of task %s lost its lease, attempt %d is the newest: drop the work"
                  .formatted(attempt, id, open.attempt()));
      case TaskState.Over _ ->
          throw new KumiaiException.Gone("task-over", "task " + id + " is over: drop the work");
    };
  }

  /// How logs name it.
  String key() {
    return "run=%s round=%d site=%s task=%s kind=%s attempt=%d"
        .formatted(run, round, site, id, kind, state.attempt());
  }
}
