package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.site.EnrolSite;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// What time brings about at tasks.
@ApplicationScoped
public class Leases {

  private static final Duration BETWEEN_FORGETTING = Duration.ofMinutes(1);

  private final TaskStore tasks;
  private final Attempts attempts;
  private final TaskBell bell;
  private final EnrolSite enrolSite;
  private final Clock clock;
  private volatile Instant forgotten = Instant.EPOCH;

  Leases(TaskStore tasks, Attempts attempts, TaskBell bell, EnrolSite enrolSite, Clock clock) {
    this.tasks = tasks;
    this.attempts = attempts;
    this.bell = bell;
    this.enrolSite = enrolSite;
    this.clock = clock;
  }

  /// Takes tasks from silent workers, wakes the polls of sites that have something to claim, for a
  /// pause before a retry may be over, and now and then has tokens forgotten whose task is over.
  public void tick() {
    QuarkusTransaction.requiringNew()
        .call(() -> tasks.expired(clock.instant()))
        .forEach(attempts::expire);
    QuarkusTransaction.requiringNew()
        .call(() -> tasks.sitesWithWork(clock.instant()))
        .forEach(bell::ring);
    Instant now = clock.instant();
    if (now.isAfter(forgotten.plus(BETWEEN_FORGETTING))) {
      enrolSite.forgetTokensOfTasks();
      forgotten = now;
    }
  }
}
