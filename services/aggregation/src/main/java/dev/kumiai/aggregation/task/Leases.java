package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.site.EnrolSite;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;

/// What time brings about at tasks.
@ApplicationScoped
public class Leases {

  private final TaskStore tasks;
  private final Attempts attempts;
  private final TaskBell bell;
  private final EnrolSite enrolSite;
  private final Clock clock;

  Leases(TaskStore tasks, Attempts attempts, TaskBell bell, EnrolSite enrolSite, Clock clock) {
    this.tasks = tasks;
    this.attempts = attempts;
    this.bell = bell;
    this.enrolSite = enrolSite;
    this.clock = clock;
  }

  /// Takes tasks from silent workers, wakes the polls of sites that have something to claim, for a
  /// pause before a retry may be over, and has tokens for tasks forgotten that are over.
  public void tick() {
    QuarkusTransaction.requiringNew()
        .call(() -> tasks.expired(clock.instant()))
        .forEach(attempts::expire);
    QuarkusTransaction.requiringNew()
        .call(() -> tasks.sitesWithWork(clock.instant()))
        .forEach(bell::ring);
    enrolSite.forgetTokensOfTasks();
  }
}
