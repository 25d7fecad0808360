package dev.kumiai.aggregation.run;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import org.jboss.logging.Logger;

/// Puts a run on hold, and lets it go on.
@ApplicationScoped
public class SuspendRun {

  private static final Logger LOG = Logger.getLogger(SuspendRun.class);

  private static final String STORAGE_FULL =
      "the aggregator's disk is full: make room, then resume the run";

  private final RunStore runs;
  private final Event<RunChanged> runChanged;
  private final Event<RunEntered> entered;
  private final Clock clock;

  SuspendRun(RunStore runs, Event<RunChanged> runChanged, Event<RunEntered> entered, Clock clock) {
    this.runs = runs;
    this.runChanged = runChanged;
    this.entered = entered;
    this.clock = clock;
  }

  /// Puts a run on hold; one that is on hold stays so, for the reason it had.
  ///
  /// @throws KumiaiException.Conflict `run-over` when nothing is left to suspend
  @Transactional
  public Run suspend(RunId id, String reason) {
    Run run = runs.lock(id).orElseThrow(() -> Runs.unknown(id));
    return switch (run.state()) {
      case RunState.Active active -> {
        Run suspended = run.in(active.suspend(reason, clock.instant()));
        runs.save(suspended);
        entered.fire(new RunEntered(id));
        LOG.warnf("run suspended run=%s round=%d reason=\"%s\"", id, active.round(), reason);
        yield suspended;
      }
      case RunState.Suspended _ -> run;
      case RunState.Over _ -> throw over(id, "suspend");
    };
  }

  /// Puts a run on hold that needs room on the disk, unless it is over.
  public void becauseStorageIsFull(RunId id) {
    try {
      suspend(id, STORAGE_FULL);
    } catch (KumiaiException.Conflict e) {
      LOG.debugf("no need to suspend: %s", e.getMessage());
    }
  }

  /// Lets a run go on; one that is not on hold goes on anyway.
  ///
  /// @throws KumiaiException.Conflict `run-over` when nothing is left to resume
  @Transactional
  public Run resume(RunId id) {
    Run run = runs.lock(id).orElseThrow(() -> Runs.unknown(id));
    return switch (run.state()) {
      case RunState.Suspended suspended -> {
        Run resumed = run.in(suspended.resume(clock.instant()));
        runs.save(resumed);
        entered.fire(new RunEntered(id));
        runChanged.fire(new RunChanged(id));
        LOG.infof("run resumed run=%s round=%d", id, suspended.round());
        yield resumed;
      }
      case RunState.Active _ -> run;
      case RunState.Over _ -> throw over(id, "resume");
    };
  }

  private static KumiaiException over(RunId id, String what) {
    return new KumiaiException.Conflict(
        "run-over", "run %s is over already: nothing is left to %s".formatted(id, what));
  }
}
