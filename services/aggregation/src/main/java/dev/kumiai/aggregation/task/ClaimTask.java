package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunStore;
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
    while (true) {
      Attempt attempt = QuarkusTransaction.requiringNew().call(() -> attempt(site, kinds));
      switch (attempt) {
        case Attempt.Claimed claimed -> {
          LOG.infof("task claimed %s", claimed.key());
          return Optional.of(claimed.task());
        }
        case Attempt.Nothing _ -> {
          return Optional.empty();
        }
        case Attempt.Lost _ -> {}
      }
    }
  }

  private sealed interface Attempt {
    record Claimed(ClaimedTask task, String key) implements Attempt {}

    record Nothing() implements Attempt {}

    /// Another worker was quicker; there may be another task.
    record Lost() implements Attempt {}
  }

  private Attempt attempt(SiteId site, Set<TaskKind> kinds) {
    Instant now = clock.instant();
    Optional<TaskId> candidate = tasks.claimable(site, kinds, now);
    if (candidate.isEmpty()) {
      return new Attempt.Nothing();
    }
    Task task = tasks.lock(candidate.get()).orElseThrow();
    if (!(task.state() instanceof TaskState.Pending pending)) {
      return new Attempt.Lost();
    }
    Run run = runs.find(task.run()).orElseThrow();
    int leaseSeconds = run.spec().round().leaseSeconds();
    Task claimed = task.in(pending.claim(now, Duration.ofSeconds(leaseSeconds)));
    return specs
        .of(run, task)
        .<Attempt>map(
            spec -> {
              tasks.save(claimed);
              return new Attempt.Claimed(
                  new ClaimedTask(
                      task.id(),
                      task.run(),
                      site,
                      task.round(),
                      claimed.state().attempt(),
                      leaseSeconds,
                      spec),
                  claimed.key());
            })
        // A cancelled run's tasks are about to be cancelled.
        .orElseGet(Attempt.Nothing::new);
  }
}
