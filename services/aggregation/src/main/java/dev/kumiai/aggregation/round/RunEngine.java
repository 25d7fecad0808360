package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.run.Outage;
import dev.kumiai.aggregation.run.RunChanged;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.run.SuspendRun;
import dev.kumiai.aggregation.task.Leases;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Moves runs on. One thread takes their steps, woken by what happens and by the clock, another
/// aggregates. Neither keeps anything that the database does not say, so a new process simply goes
/// on, and several replicas share the work: a run is stepped by whoever has its row, and a round is
/// aggregated by whoever has its claim. What happens at one replica, the others see at their next
/// tick.
@Singleton
public class RunEngine {

  private static final Logger LOG = Logger.getLogger(RunEngine.class);
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /// A transaction that has a run lasts some milliseconds.
  private static final Duration MOMENT = Duration.ofMillis(20);

  private final RunSteps steps;
  private final RunStore runs;
  private final Leases leases;
  private final AggregateRound aggregateRound;
  private final RoundClaims claims;
  private final SuspendRun suspendRun;
  private final Outage outage;
  private final Clock clock;
  private final Map<RunId, Instant> pausedUntil = new ConcurrentHashMap<>();
  private final Map<RunId, Long> restingUntil = new ConcurrentHashMap<>();
  private final Set<RunId> woken = ConcurrentHashMap.newKeySet();
  private final Set<RunId> aggregating = ConcurrentHashMap.newKeySet();
  private final ExecutorService stepping = thread("run-steps");
  private final ExecutorService summing = thread("aggregation");

  RunEngine(
      RunSteps steps,
      RunStore runs,
      Leases leases,
      AggregateRound aggregateRound,
      RoundClaims claims,
      SuspendRun suspendRun,
      Outage outage,
      Clock clock) {
    this.steps = steps;
    this.runs = runs;
    this.leases = leases;
    this.aggregateRound = aggregateRound;
    this.claims = claims;
    this.suspendRun = suspendRun;
    this.outage = outage;
    this.clock = clock;
  }

  private static ExecutorService thread(String name) {
    return Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon().factory());
  }

  void start(@Observes StartupEvent event) {
    wakeUnsettled();
  }

  /// What is under way ends by itself. Interrupting it would close the database's files.
  void stop(@Observes ShutdownEvent event) {
    summing.close();
    stepping.close();
  }

  void onChange(@Observes(during = TransactionPhase.AFTER_SUCCESS) RunChanged changed) {
    wake(changed.run());
  }

  /// What only time brings about: leases and deadlines that end, and steps that failed and are
  /// tried again.
  @Scheduled(
      every = "${kumiai.tasks.tick}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public void tick() {
    try {
      leases.tick();
      wakeUnsettled();
    } catch (RuntimeException e) {
      if (!outage.is(e)) {
        throw e;
      }
      LOG.warnf("the database is away, looking again at the next tick: %s", e.getMessage());
    }
  }

  private void wakeUnsettled() {
    Instant now = clock.instant();
    pausedUntil.values().removeIf(until -> !until.isAfter(now));
    restingUntil.values().removeIf(until -> until - System.nanoTime() <= 0);
    QuarkusTransaction.requiringNew().call(runs::unsettled).stream()
        .filter(run -> !pausedUntil.containsKey(run))
        .forEach(this::wake);
  }

  /// A step of a run of very many sites takes a while, in which none of them can record an answer.
  /// So it rests as long as it worked before it looks at that run again.
  private void wake(RunId run) {
    if (woken.add(run)) {
      Long until = restingUntil.get(run);
      long rest = until == null ? 0 : until - System.nanoTime();
      execute(
          rest <= 0
              ? stepping
              : CompletableFuture.delayedExecutor(rest, TimeUnit.NANOSECONDS, stepping),
          () -> {
            woken.remove(run);
            long start = System.nanoTime();
            advance(run);
            long end = System.nanoTime();
            restingUntil.put(run, end + (end - start));
          });
    }
  }

  private void wakeInAMoment(RunId run) {
    execute(
        CompletableFuture.delayedExecutor(MOMENT.toMillis(), TimeUnit.MILLISECONDS, stepping),
        () -> wake(run));
  }

  private static void execute(Executor executor, Runnable work) {
    try {
      executor.execute(work);
    } catch (RejectedExecutionException e) {
      LOG.debug("stopping: the next process goes on", e);
    }
  }

  /// Takes steps until the run waits for something.
  private void advance(RunId run) {
    try {
      boolean more = true;
      while (more) {
        more =
            switch (steps.step(run)) {
              case RunSteps.Next.Step _ -> true;
              case RunSteps.Next.Wait _ -> false;
              case RunSteps.Next.Busy _ -> {
                wakeInAMoment(run);
                yield false;
              }
              case RunSteps.Next.Aggregate next -> {
                start(next);
                yield false;
              }
            };
      }
    } catch (RuntimeException e) {
      pause(run, e);
    }
  }

  /// The disk may have room again by then. Whether the database is back, the next tick tells.
  private void pause(RunId run, Exception why) {
    if (outage.is(why)) {
      LOG.warnf("the database is away, the step waits run=%s: %s", run, why.getMessage());
      return;
    }
    LOG.errorf(why, "step failed, tried again in %d s run=%s", PAUSE.toSeconds(), run);
    pausedUntil.put(run, clock.instant().plus(PAUSE));
  }

  private void start(RunSteps.Next.Aggregate next) {
    RunId run = next.run().id();
    if (aggregating.add(run)) {
      execute(
          summing,
          () -> {
            boolean done;
            try {
              done = aggregate(next);
            } finally {
              aggregating.remove(run);
            }
            if (done) {
              wake(run);
            }
          });
    }
  }

  /// Does nothing while another replica does it: when that has died, a tick leads here again.
  private boolean aggregate(RunSteps.Next.Aggregate next) {
    RunId run = next.run().id();
    int round = next.state().round();
    try {
      Optional<RoundClaims.Claim> claim = claims.claim(next);
      if (claim.isPresent()) {
        try (RoundClaims.Claim _ = claim.get()) {
          aggregateClaimed(next);
        }
      }
      return claim.isPresent();
    } catch (KumiaiException.StorageFull e) {
      LOG.warnf("no room for the model run=%s round=%d: %s", run, round, e.getMessage());
      suspendRun.becauseStorageIsFull(run);
    } catch (RuntimeException | IOException e) {
      pause(run, e);
    }
    return false;
  }

  private void aggregateClaimed(RunSteps.Next.Aggregate next) throws IOException {
    try {
      steps.aggregated(next, aggregateRound.aggregate(next));
    } catch (KumiaiException.StorageFull | KumiaiException.Unavailable e) {
      throw e;
    } catch (KumiaiException e) {
      steps.notAggregated(next, e.code() + ": " + e.getMessage());
    }
  }
}
