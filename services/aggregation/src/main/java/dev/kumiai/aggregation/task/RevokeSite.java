package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.site.EnrolledKey;
import dev.kumiai.aggregation.site.SiteKeys;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/// Shuts a site out: its keys and tokens stop working at once, and its open tasks fail, which the
/// run takes as any other failure.
@ApplicationScoped
public class RevokeSite {

  private static final String WHY = "site-revoked: an administrator shut the site out";

  private final SiteKeys keys;
  private final TaskStore tasks;
  private final Attempts attempts;

  RevokeSite(SiteKeys keys, TaskStore tasks, Attempts attempts) {
    this.keys = keys;
    this.tasks = tasks;
    this.attempts = attempts;
  }

  /// Takes everything back that the site has. What it answered before still counts.
  public List<EnrolledKey> revoke(SiteId site) {
    List<EnrolledKey> revoked = keys.revoke(site);
    failOpenTasks(site);
    return revoked;
  }

  /// Takes one key back. When it was the last one, the site is shut out.
  public List<EnrolledKey> revoke(SiteId site, String key) {
    List<EnrolledKey> left = keys.revoke(site, key);
    if (left.stream().allMatch(other -> other.revoked() != null)) {
      failOpenTasks(site);
    }
    return left;
  }

  private void failOpenTasks(SiteId site) {
    List<TaskId> open = QuarkusTransaction.requiringNew().call(() -> tasks.openOf(site));
    open.forEach(task -> attempts.withdraw(task, WHY));
  }
}
