package dev.kumiai.aggregation.site;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import org.jspecify.annotations.Nullable;

/// Whose worker showed a site token, and what it may do with it.
///
/// @param task the one task that a Job's worker may do; null for a worker that does what there is
///   to do at its site
public record Worker(SiteId site, @Nullable TaskId task) {

  /// Refuses a worker whose token is for another task.
  ///
  /// @throws KumiaiException.Forbidden `task-of-another-token`
  public void requireTask(TaskId asked) {
    if (task != null && !task.equals(asked)) {
      throw new KumiaiException.Forbidden(
          "task-of-another-token",
          "this site token is for task %s alone, not for task %s".formatted(task, asked));
    }
  }

  /// Refuses a worker that was let in for one task and would speak for its site.
  ///
  /// @throws KumiaiException.Forbidden `site-token-of-a-task`
  public void requireWholeSite() {
    if (task != null) {
      throw new KumiaiException.Forbidden(
          "site-token-of-a-task",
          "this site token is for task %s alone: enrol with a token for the whole of site '%s'"
              .formatted(task, site));
    }
  }
}
