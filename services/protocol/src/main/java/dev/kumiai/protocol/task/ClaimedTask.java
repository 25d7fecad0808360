package dev.kumiai.protocol.task;

import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import org.jspecify.annotations.Nullable;

/// A task as it is handed to a worker.
///
/// @param round the round it belongs to; 0 before the first
/// @param attempt 1 for the first try; it fences: answers of an older attempt are refused
/// @param leaseSeconds how long the worker may stay silent before the task goes to somebody else;
///   it should heartbeat at a third of that
/// @param traceparent the trace of the task's round as W3C Trace Context says it; what the worker
///   does belongs to it
public record ClaimedTask(
    TaskId task,
    RunId run,
    SiteId site,
    int round,
    int attempt,
    int leaseSeconds,
    TaskSpec spec,
    @Nullable String traceparent) {

  /// A task that belongs to no trace.
  public ClaimedTask(
      TaskId task,
      RunId run,
      SiteId site,
      int round,
      int attempt,
      int leaseSeconds,
      TaskSpec spec) {
    this(task, run, site, round, attempt, leaseSeconds, spec, null);
  }
}
