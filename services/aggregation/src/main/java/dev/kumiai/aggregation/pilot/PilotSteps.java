package dev.kumiai.aggregation.pilot;

import dev.kumiai.aggregation.run.CreateRun;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunPhases;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.PilotId;
import dev.kumiai.core.RunId;
import dev.kumiai.core.pilot.Evidence;
import dev.kumiai.protocol.pilot.Amount;
import dev.kumiai.protocol.pilot.PilotSpec;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.jboss.logging.Logger;

/// The steps of a pilot, each one transaction. A step looks at nothing but the database, so it does
/// not matter how often it is tried or what died before it: a run is started in the transaction
/// that records which run of the pilot it is.
@ApplicationScoped
class PilotSteps {

  private static final Logger LOG = Logger.getLogger(PilotSteps.class);

  private final PilotStore pilots;
  private final RunStore runs;
  private final ArmRuns armRuns;
  private final CreateRun createRun;
  private final PilotResults results;
  private final Clock clock;

  PilotSteps(
      PilotStore pilots,
      RunStore runs,
      ArmRuns armRuns,
      CreateRun createRun,
      PilotResults results,
      Clock clock) {
    this.pilots = pilots;
    this.runs = runs;
    this.armRuns = armRuns;
    this.createRun = createRun;
    this.results = results;
    this.clock = clock;
  }

  /// What to do after a step.
  sealed interface Next {
    /// Take another step.
    record Step() implements Next {}

    /// Nothing before something changes.
    record Wait() implements Next {}

    /// Compute the drift of a run that succeeded, and say what it was.
    record Measure(PilotRun run) implements Next {}
  }

  @Transactional
  public Next step(PilotId id) {
    Pilot pilot = pilots.lockIfFree(id).orElse(null);
    if (pilot == null || !(pilot.state() instanceof PilotState.Running running)) {
      return new Next.Wait();
    }
    List<PilotRun> started = pilots.runs(id);
    if (!started.isEmpty()) {
      PilotRun last = started.getLast();
      RunState state = runs.find(last.run()).orElseThrow().state();
      if (!(state instanceof RunState.Over)) {
        return new Next.Wait();
      }
      if (state instanceof RunState.Succeeded && last.drift() == null) {
        return new Next.Measure(last);
      }
    }
    PilotPlan plan = new PilotPlan(pilot.spec());
    Optional<String> hopeless = hopeless(plan, started);
    if (hopeless.isPresent()) {
      end(pilot.in(running.fail(hopeless.get(), clock.instant())));
      return new Next.Wait();
    }
    if (started.size() == plan.size()) {
      end(pilot.in(running.succeed(clock.instant())));
      return new Next.Wait();
    }
    start(pilot, plan.run(started.size(), () -> best(pilot.spec(), started)));
    return new Next.Step();
  }

  private void start(Pilot pilot, PlannedRun planned) {
    Run run = createRun.create(armRuns.of(pilot.spec(), planned), List.of());
    pilots.addRun(pilot.id(), new PilotRun(planned, run.id(), null));
    LOG.infof(
        "pilot starts run pilot=%s number=%d arm=%s run=%s",
        pilot.id(), planned.number(), planned.arm().text(), run.id());
  }

  /// Why it makes no sense to go on: a whole comparison was tried, and no run came to anything.
  private Optional<String> hopeless(PilotPlan plan, List<PilotRun> started) {
    if (started.size() < plan.firstComparison()
        || started.stream().anyMatch(run -> state(run.run()) instanceof RunState.Succeeded)) {
      return Optional.empty();
    }
    RunId last = started.getLast().run();
    String why = String.valueOf(RunPhases.reason(state(last)));
    return Optional.of(
        "none of its first %d runs succeeded; the last of them, %s, ended with: %s"
            .formatted(started.size(), last, why));
  }

  private RunState state(RunId run) {
    return runs.find(run).orElseThrow().state();
  }

  /// The amount with the highest mean accuracy; that of the run where none was tried.
  private Amount best(PilotSpec spec, List<PilotRun> started) {
    return Evidence.best(results.candidates(spec, started), spec.choosing())
        .or(() -> PilotPlan.amounts(spec).stream().findFirst())
        .orElseGet(() -> Amount.of(Objects.requireNonNull(spec.run().generation())));
  }

  private void end(Pilot pilot) {
    pilots.save(pilot);
    LOG.infof("pilot over pilot=%s state=%s", pilot.id(), pilot.state().getClass().getSimpleName());
  }

  @Transactional
  public void measured(PilotId id, PilotRun run, SortedMap<Integer, Double> drift) {
    Pilot pilot = pilots.lock(id).orElseThrow(() -> Pilots.unknown(id));
    pilots.saveRun(pilot.id(), run.drifted(drift));
  }

  /// Ends a pilot whose next run is refused: what was right when it was created is not any more.
  @Transactional
  public void refused(PilotId id, KumiaiException.Invalid why) {
    Pilot pilot = pilots.lock(id).orElseThrow(() -> Pilots.unknown(id));
    if (pilot.state() instanceof PilotState.Running running) {
      String details =
          why.violations().stream()
              .limit(3)
              .map(violation -> violation.where() + " " + violation.what())
              .reduce((one, other) -> one + "; " + other)
              .map(all -> ": " + all)
              .orElse("");
      end(
          pilot.in(
              running.fail(
                  "its next run was refused: %s%s [%s]"
                      .formatted(why.getMessage(), details, why.code()),
                  clock.instant())));
    }
  }
}
