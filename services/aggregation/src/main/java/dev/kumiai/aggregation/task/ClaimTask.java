package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.run.RunTrace;
import dev.kumiai.aggregation.site.BoundTask;
import dev.kumiai.aggregation.site.Worker;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.task.ClaimedTask;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/// Hands tasks to workers, each to one.
@ApplicationScoped
public class ClaimTask {

  private static final Logger LOG = Logger.getLogger(ClaimTask.class);

  /// How often a worker that waits for one task looks whether it may have it or it is over, for
  /// which no bell rings.
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

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

  /// Claims the oldest task of these kinds, waiting for one to appear; for a Job's worker, the task
  /// that it was launched for, and no other.
  ///
  /// @param abandoned whether nobody listens for the answer any more
  /// @throws KumiaiException.Gone `task-token-over`
  /// @throws KumiaiException.Conflict `task-of-another-kind` when a Job's worker cannot do its task
  public Optional<ClaimedTask> claim(
      Worker worker, Set<TaskKind> kinds, Duration wait, BooleanSupplier abandoned) {
    SiteId site = worker.site();
    long look = worker.task() == null ? Long.MAX_VALUE : LOOK_NANOS;
    long nanos = wait.toNanos();
    try {
      while (true) {
        long heard = bell.rings(site);
        if (abandoned.getAsBoolean()) {
          return Optional.empty();
        }
        Optional<ClaimedTask> claimed = claimNow(worker, kinds);
        if (claimed.isPresent() || nanos <= 0) {
          return claimed;
        }
        nanos = bell.await(site, heard, nanos, look);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KumiaiException.Unavailable(
          "shutting-down", "the aggregator is stopping: ask again", e);
    }
  }

  private Optional<ClaimedTask> claimNow(Worker worker, Set<TaskKind> kinds) {
    TaskId bound = worker.task();
    if (bound != null) {
      requireClaimable(bound, kinds);
    }
    Optional<Claimed> claimed =
        QuarkusTransaction.requiringNew()
            .call(
                () -> {
                  Instant now = clock.instant();
                  Optional<Task> task =
                      bound == null
                          ? tasks.lockClaimable(worker.site(), kinds, now)
                          : tasks.lockClaimable(bound, now);
                  return task.flatMap(locked -> lease(locked, now));
                });
    claimed.ifPresent(one -> LOG.infof("task claimed %s", one.key()));
    return claimed.map(Claimed::task);
  }

  /// Looks in a transaction of its own: what was read before the lock may be old by then.
  private void requireClaimable(TaskId id, Set<TaskKind> kinds) {
    Task task =
        QuarkusTransaction.requiringNew()
            .call(() -> tasks.find(id))
            .filter(found -> found.state() instanceof TaskState.Open)
            .orElseThrow(() -> BoundTask.over(id));
    if (!kinds.contains(task.kind())) {
      throw new KumiaiException.Conflict(
          "task-of-another-kind",
          "task %s is of kind %s, and its Job's worker does only %s: start the service for that kind"
              .formatted(id, task.kind(), kinds));
    }
  }

  private record Claimed(ClaimedTask task, String key) {}

  /// Empty for a task of a stage that the run has left by now.
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
