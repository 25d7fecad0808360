package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.run.RunTrace;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.task.ClaimedTask;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/// Hands tasks to workers, each to one.
@ApplicationScoped
public class ClaimTask {

  private static final Logger LOG = Logger.getLogger(ClaimTask.class);

  private final TaskStore tasks;
  private final RunStore runs;
  private final TaskSpecs specs;
  private final TaskBell bell;
  private final Clock clock;

  ClaimTask(TaskStore tasks, RunStore runs, TaskSpecs specs, TaskBell bell, Clock clock) {
    this.tasks = tasks;
    this.runs = runs;
    this.specs = specs;
    this.bell = bell;
    this.clock = clock;
  }

  /// Claims the oldest task of these kinds, waiting for one to appear.
  ///
  /// @param abandoned whether nobody listens for the answer any more
  public Optional<ClaimedTask> claim(
      SiteId site, Set<TaskKind> kinds, Duration wait, BooleanSupplier abandoned) {
    long nanos = wait.toNanos();
    try {
      while (true) {
        long heard = bell.rings(site);
        if (abandoned.getAsBoolean()) {
          return Optional.empty();
        }
        Optional<ClaimedTask> claimed = claimNow(site, kinds);
        if (claimed.isPresent() || nanos <= 0) {
          return claimed;
        }
        nanos = bell.await(site, heard, nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KumiaiException.Unavailable(
          "shutting-down", "the aggregator is stopping: ask again", e);
    }
  }

  private Optional<ClaimedTask> claimNow(SiteId site, Set<TaskKind> kinds) {
    Optional<Claimed> claimed =
        QuarkusTransaction.requiringNew()
            .call(
                () -> {
                  Instant now = clock.instant();
                  return tasks.lockClaimable(site, kinds, now).flatMap(task -> lease(task, now));
                });
    claimed.ifPresent(one -> LOG.infof("task claimed %s", one.key()));
    return claimed.map(Claimed::task);
  }

  private record Claimed(ClaimedTask task, String key) {}

  /// Empty for a task of a cancelled run, which is about to be cancelled.
  private Optional<Claimed> lease(Task task, Instant now) {
    if (!(task.state() instanceof TaskState.Pending pending)) {
      throw new IllegalStateException("not claimable: " + task.key());
    }
    Run run = runs.find(task.run()).orElseThrow();
    int leaseSeconds = run.spec().round().leaseSeconds();
    Task claimed = task.in(pending.claim(now, Duration.ofSeconds(leaseSeconds)));
    return specs
        .of(run, task)
        .map(
            spec -> {
              tasks.save(claimed);
              return new Claimed(
                  new ClaimedTask(
                      task.id(),
                      task.run(),
                      task.site(),
                      task.round(),
                      claimed.state().attempt(),
                      leaseSeconds,
                      spec,
                      RunTrace.parent(task.run(), task.incarnation(), task.round())),
                  claimed.key());
            });
  }
}
