package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunChanged;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.run.Runs;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.run.RoundSpec;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/// Starts one round of a run whose rounds are triggered manually.
@ApplicationScoped
public class StartRound {

  private final RunStore runs;
  private final Stages stages;
  private final Event<RunChanged> runChanged;
  private final Clock clock;

  StartRound(RunStore runs, Stages stages, Event<RunChanged> runChanged, Clock clock) {
    this.runs = runs;
    this.stages = stages;
    this.runChanged = runChanged;
    this.clock = clock;
  }

  /// What became of the request.
  ///
  /// @param started whether it started the round; else it went on already
  public record Outcome(Run run, boolean started) {}

  /// Starts the next round. Whoever names the round that is expected may ask again when the answer
  /// was lost: a round never starts twice.
  ///
  /// @param expected null is whichever is next
  /// @throws KumiaiException.Conflict `run-not-manual`, `run-over`, `run-suspended`, or
  ///   `round-running`, `round-done` or `round-not-next` when another round runs, this one is over,
  ///   or one before it is not
  @Transactional
  public Outcome start(RunId id, @Nullable Integer expected) {
    Run run = runs.lock(id).orElseThrow(() -> Runs.unknown(id));
    if (run.spec().round().trigger() != RoundSpec.Trigger.MANUAL) {
      throw new KumiaiException.Conflict(
          "run-not-manual",
          "rounds of run %s start by themselves: its round.trigger is AUTOMATIC".formatted(id));
    }
    return switch (run.state()) {
      case RunState.Ready ready -> start(run, ready, expected);
      case RunState.Active active -> running(run, active, expected);
      case RunState.Suspended _ ->
          throw new KumiaiException.Conflict(
              "run-suspended", "run %s is on hold: resume it first".formatted(id));
      case RunState.Over _ ->
          throw new KumiaiException.Conflict(
              "run-over",
              "run %s is over: retry it from a round to go on from there".formatted(id));
    };
  }

  private Outcome start(Run run, RunState.Ready ready, @Nullable Integer expected) {
    if (expected != null) {
      requireNext(run, ready.next(), expected);
    }
    Run started = stages.enter(run.in(ready.train(clock.instant())));
    runChanged.fire(new RunChanged(run.id()));
    return new Outcome(started, true);
  }

  private static void requireNext(Run run, int next, int expected) {
    if (expected < next) {
      throw new KumiaiException.Conflict(
          "round-done",
          "round %d of run %s is over: the next is %d".formatted(expected, run.id(), next));
    }
    if (expected > next) {
      throw new KumiaiException.Conflict(
          "round-not-next",
          "round %d of run %s cannot start before round %d".formatted(expected, run.id(), next));
    }
  }

  private static Outcome running(Run run, RunState.Active active, @Nullable Integer expected) {
    int now = active.round();
    if (expected == null || now == 0) {
      throw new KumiaiException.Conflict(
          "round-running",
          "round %d of run %s goes on: ask again when the run is READY".formatted(now, run.id()));
    }
    if (expected == now) {
      return new Outcome(run, false);
    }
    if (expected < now) {
      requireNext(run, now, expected);
    }
    throw new KumiaiException.Conflict(
        "round-running",
        "round %d of run %s goes on: round %d cannot start yet".formatted(now, run.id(), expected));
  }
}
