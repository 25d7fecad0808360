package dev.kumiai.aggregation.pilot;

import dev.kumiai.aggregation.round.RoundDrift;
import dev.kumiai.aggregation.run.Outage;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.PilotId;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/// Moves pilots on: looks at each tick whether the run of one is over, and starts the next. It
/// keeps nothing that the database does not say, so a new process simply goes on. Where several
/// replicas look, the one that has the pilot's row steps; the drift of a run may be computed twice,
/// with the same result.
@Singleton
public class PilotEngine {

  private static final Logger LOG = Logger.getLogger(PilotEngine.class);
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private final PilotSteps steps;
  private final PilotStore pilots;
  private final RoundDrift drift;
  private final Outage outage;
  private final Clock clock;
  private final Map<PilotId, Instant> pausedUntil = new ConcurrentHashMap<>();
  private final Set<PilotId> woken = ConcurrentHashMap.newKeySet();
  private final ExecutorService stepping =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("pilot-steps").daemon().factory());

  PilotEngine(PilotSteps steps, PilotStore pilots, RoundDrift drift, Outage outage, Clock clock) {
    this.steps = steps;
    this.pilots = pilots;
    this.drift = drift;
    this.outage = outage;
    this.clock = clock;
  }

  /// What is under way ends by itself. Interrupting it would close the database's files.
  void stop(@Observes ShutdownEvent event) {
    stepping.close();
  }

  void onChange(@Observes(during = TransactionPhase.AFTER_SUCCESS) PilotChanged changed) {
    wake(changed.pilot());
  }

  @Scheduled(
      every = "${kumiai.tasks.tick}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public void tick() {
    try {
      Instant now = clock.instant();
      pausedUntil.values().removeIf(until -> !until.isAfter(now));
      QuarkusTransaction.requiringNew().call(pilots::running).stream()
          .filter(pilot -> !pausedUntil.containsKey(pilot))
          .forEach(this::wake);
    } catch (RuntimeException e) {
      if (!outage.is(e)) {
        throw e;
      }
      LOG.warnf("the database is away, looking again at the next tick: %s", e.getMessage());
    }
  }

  private void wake(PilotId pilot) {
    if (!woken.add(pilot)) {
      return;
    }
    try {
      stepping.execute(
          () -> {
            woken.remove(pilot);
            advance(pilot);
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("stopping: the next process goes on", e);
    }
  }

  /// Takes steps until the pilot waits for its run.
  private void advance(PilotId pilot) {
    try {
      boolean more = true;
      while (more) {
        more =
            switch (steps.step(pilot)) {
              case PilotSteps.Next.Step _ -> true;
              case PilotSteps.Next.Wait _ -> false;
              case PilotSteps.Next.Measure next -> {
                steps.measured(pilot, next.run(), drift(next.run()));
                yield true;
              }
            };
      }
    } catch (KumiaiException.Invalid e) {
      refused(pilot, e);
    } catch (RuntimeException e) {
      pause(pilot, e);
    }
  }

  /// A pilot goes on without the drift of a run whose files somebody removed or damaged.
  private SortedMap<Integer, Double> drift(PilotRun run) {
    try {
      return drift.of(run.run());
    } catch (KumiaiException.Invalid | KumiaiException.Gone | KumiaiException.NotFound e) {
      LOG.warnf("drift not computed run=%s: %s [%s]", run.run(), e.getMessage(), e.code());
      return Collections.emptySortedMap();
    }
  }

  private void refused(PilotId pilot, KumiaiException.Invalid why) {
    try {
      steps.refused(pilot, why);
    } catch (RuntimeException e) {
      pause(pilot, e);
    }
  }

  private void pause(PilotId pilot, Exception why) {
    if (outage.is(why)) {
      LOG.warnf("the database is away, the step waits pilot=%s: %s", pilot, why.getMessage());
      return;
    }
    LOG.errorf(why, "step failed, tried again in %d s pilot=%s", PAUSE.toSeconds(), pilot);
    pausedUntil.put(pilot, clock.instant().plus(PAUSE));
  }
}
