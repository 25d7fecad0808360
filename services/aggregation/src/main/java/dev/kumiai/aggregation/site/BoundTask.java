package dev.kumiai.aggregation.site;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import java.time.Duration;

/// The one task that a worker is let in for.
///
/// @param deadline of the stage that it belongs to, from its beginning on
/// @param over whether it was answered, given up or is not wanted any more
public record BoundTask(TaskId id, SiteId site, Duration deadline, boolean over) {

  /// Refuses a task that is over.
  BoundTask requireOpen() {
    if (over) {
      throw over(id);
    }
    return this;
  }

  /// The refusal of a token whose task is over.
  public static KumiaiException over(TaskId task) {
    return new KumiaiException.Gone(
        "task-token-over",
        "task " + task + " is over, and this token was for it alone: end the worker");
  }
}
