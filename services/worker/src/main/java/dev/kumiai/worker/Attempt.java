package dev.kumiai.worker;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.client.Backoff;
import dev.kumiai.protocol.client.SiteClient;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.Heartbeat;
import dev.kumiai.worker.telemetry.ObservedAttempt;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One attempt at one task, from the claim to the answer. Heartbeats go out on a thread of their
/// own all the while; they also bring the news that nobody wants the result any more.
final class Attempt implements AutoCloseable {

  /// Why an attempt ends before it is done.
  enum End {
    /// The aggregator asked for it.
    CANCELLED,
    /// The lease was lost or the run is over: whatever is answered will be refused.
    LOST,
    /// The process ends.
    STOPPING
  }

  private static final Logger LOG = Logger.getLogger(Attempt.class);
  private static final int HEARTBEATS_PER_LEASE = 3;

  /// The first ones come sooner, doubling: who looks on sees a short task progress, too.
  private static final Duration FIRST_BEAT = Duration.ofSeconds(1);

  private static final int LONGEST_STAGE = 200;

  /// How often a present aggregator may answer 5xx to an answer before it is given up.
  private static final int MOST_REFUSALS = 5;

  private static final Duration AT_LEAST = Duration.ofMillis(100);

  private final SiteClient aggregator;
  private final ClaimedTask task;
  private final SiteFolder site;
  private final ObservedAttempt observed;
  private final Duration beat;
  private final Backoff backoff;
  private final Thread pulse;
  private volatile Heartbeat latest = new Heartbeat(0, "claimed");
  private volatile @Nullable End end;
  private volatile boolean closed;

  /// The thread that works at the moment; guarded by `this` so that an interrupt never hits what it
  /// does afterwards.
  private @Nullable Thread working;

  private @Nullable TaskResult result;
  private @Nullable Problem failure;
  private boolean answered;

  Attempt(SiteClient aggregator, ClaimedTask task, SiteFolder site, ObservedAttempt observed) {
    this.aggregator = aggregator;
    this.site = site;
    this.observed = observed;
    this.task = task;
    this.beat = Duration.ofSeconds(task.leaseSeconds()).dividedBy(HEARTBEATS_PER_LEASE);
    this.backoff = new Backoff(AT_LEAST, beat.compareTo(AT_LEAST) > 0 ? beat : AT_LEAST);
    this.pulse =
        Thread.ofVirtual()
            .name("heartbeat " + task.task())
            .unstarted(() -> observed.within(this::beat));
  }

  void begin() {
    LOG.infof("%s: begins %s", this, task.spec().kind());
    pulse.start();
  }

  ClaimedTask task() {
    return task;
  }

  /// Does the work and keeps what came out, good or bad, for [#deliver].
  void perform(Function<ClaimedTask, TaskResult> work) {
    observed.within(() -> performed(work));
  }

  private void performed(Function<ClaimedTask, TaskResult> work) {
    enter();
    try {
      result = work.apply(task);
    } catch (Throwable e) {
      if (end == null) {
        failure = Failures.of(e, site);
        log(e);
      }
    } finally {
      leave();
    }
  }

  /// Called by the work between batches.
  void progress(double fraction, String stage) {
    String shown = stage.substring(0, Math.min(stage.length(), LONGEST_STAGE));
    latest = new Heartbeat(Double.isNaN(fraction) ? 0 : Math.clamp(fraction, 0, 1), shown);
    if (end != null) {
      throw new KumiaiException.Cancelled("the task is not wanted any more");
    }
  }

  /// Answers the task, and does not give a result up because the aggregator is away for a while:
  /// when it comes back it says itself whether it still wants it.
  ///
  /// @return whether the aggregator took what it had asked for
  boolean deliver() {
    observed.within(this::delivered);
    return answered;
  }

  private void delivered() {
    enter();
    try {
      int refusals = 0;
      for (int failures = 1; end == null; failures++) {
        try {
          answer();
          return;
        } catch (KumiaiException.Unavailable | KumiaiException.StorageFull e) {
          refusals += AggregatorClient.isAway(e) ? 0 : 1;
          if (refusals == MOST_REFUSALS) {
            throw e;
          }
          LOG.warnf("%s: answer waits, %s", this, e.getMessage());
          backoff.sleep(failures, ThreadLocalRandom.current());
        }
      }
    } catch (KumiaiException.Conflict | KumiaiException.Gone e) {
      giveUp(End.LOST);
    } catch (KumiaiException.Cancelled e) {
      LOG.debugf("%s: answer stopped, %s", this, e.getMessage());
    } finally {
      leave();
    }
  }

  private void answer() {
    if (failure == null) {
      try {
        switch (result) {
          case TaskResult.Weights weights -> aggregator.upload(task, weights.file());
          case TaskResult.Report report -> aggregator.report(task, report.report());
          case null -> throw new IllegalStateException("nothing was performed");
        }
        answered = true;
        LOG.infof("%s: done", this);
        return;
      } catch (KumiaiException.Invalid refused) {
        log(refused);
        failure = Failures.of(refused, site);
      }
    }
    aggregator.fail(task, failure);
  }

  /// Ends the attempt from another thread.
  synchronized void giveUp(End why) {
    if (end == null) {
      end = why;
      LOG.infof("%s: ends early, %s", this, why);
    }
    if (working != null) {
      working.interrupt();
    }
  }

  /// Ends the attempt because the process does, and gives the task back.
  void stop() {
    boolean wanted = end == null;
    giveUp(End.STOPPING);
    if (wanted) {
      aggregator.fail(task, Failures.stopping());
    }
  }

  private synchronized void enter() {
    working = Thread.currentThread();
  }

  private synchronized void leave() {
    working = null;
    if (end != null) {
      // It was this attempt's interrupt; what the thread does next has not been interrupted.
      Thread.interrupted();
    }
  }

  private void beat() {
    int failures = 0;
    Duration pause = FIRST_BEAT;
    while (!closed && end == null) {
      try {
        pause = pause.compareTo(beat) < 0 ? pause : beat;
        Thread.sleep(failures == 0 ? pause : backoff.after(failures, ThreadLocalRandom.current()));
        pause = pause.multipliedBy(2);
        if (aggregator.heartbeat(task, latest, beat.plus(AT_LEAST)).cancel()) {
          giveUp(End.CANCELLED);
        }
        failures = 0;
      } catch (InterruptedException | KumiaiException.Cancelled e) {
        return;
      } catch (KumiaiException.Conflict
          | KumiaiException.Gone
          | KumiaiException.Unauthenticated e) {
        giveUp(End.LOST);
      } catch (KumiaiException e) {
        failures++;
        LOG.warnf("%s: heartbeat failed, %s", this, e.getMessage());
      }
    }
  }

  private void log(Throwable e) {
    if (e instanceof KumiaiException expected) {
      LOG.errorf("%s: failed, %s [%s]", this, expected.getMessage(), expected.code());
    } else {
      LOG.errorf(e, "%s: failed", this);
    }
  }

  @Override
  public void close() {
    closed = true;
    pulse.interrupt();
    End early = end;
    String outcome = early == null ? "failed" : early.name().toLowerCase(Locale.ROOT);
    observed.end(answered ? "done" : outcome, answered);
  }

  @Override
  public String toString() {
    return "run=%s round=%d task=%s attempt=%d site=%s"
        .formatted(task.run(), task.round(), task.task(), task.attempt(), task.site());
  }
}
