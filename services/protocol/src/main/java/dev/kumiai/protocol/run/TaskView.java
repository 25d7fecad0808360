package dev.kumiai.protocol.run;

import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.TaskReport;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A task as the run's user sees it.
///
/// @param fraction how far it is, 0 to 1, by its last heartbeat
/// @param stage what it was doing at its last heartbeat
/// @param started when its newest attempt was claimed; null while it waits
/// @param finished when it was answered or given up
/// @param privateData the site's private counts when the run was created; null for an evaluator or
///   unknown data
/// @param examples what a TRAIN task's update counted; null otherwise
/// @param aggregatedIn of asynchronous rounds, the round that a TRAIN task's update went into; so
///   many rounds after its own is how stale it was. Null while the update waits, and otherwise
/// @param report what a GENERATE or EVALUATE task answered; null otherwise
/// @param problem the stable code and message of the newest failure; null when there was none
public record TaskView(
    TaskId task,
    SiteId site,
    TaskKind kind,
    int round,
    State state,
    int attempt,
    double fraction,
    String stage,
    @Nullable Instant started,
    @Nullable Instant finished,
    @Nullable DatasetCounts privateData,
    @Nullable Long examples,
    @Nullable Integer aggregatedIn,
    @Nullable TaskReport report,
    @Nullable String problem) {

  /// Where a task stands.
  public enum State {
    /// Waits for a worker.
    PENDING,
    /// A worker holds its lease.
    CLAIMED,
    /// Answered.
    SUCCEEDED,
    /// Out of attempts, or failed in a way that trying again cannot mend.
    FAILED,
    /// Not wanted any more.
    CANCELLED
  }
}
