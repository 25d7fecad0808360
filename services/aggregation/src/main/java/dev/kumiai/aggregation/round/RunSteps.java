package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.run.AsynchronousRounds;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.task.Faults;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskResult;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.aggregation.task.TaskStore;
import dev.kumiai.aggregation.task.WorkAppeared;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunSiteView.FaultKind;
import dev.kumiai.protocol.run.RunSpec;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/// The steps of a run, each one transaction from one recorded state to the next. A step looks at
/// nothing but the database, so it does not matter how often it is tried or what died before it.
@ApplicationScoped
class RunSteps {

  private static final Logger LOG = Logger.getLogger(RunSteps.class);

  private final RunStore runs;
  private final RoundStore rounds;
  private final TaskStore tasks;
  private final Crews crews;
  private final RoundClaims claims;
  private final CountedUpdates countedUpdates;
  private final AsynchronousSteps asynchronousSteps;
  private final Measurements measurements;
  private final Stages stages;
  private final Faults faults;
  private final Event<WorkAppeared> workAppeared;
  private final Clock clock;

  RunSteps(
      RunStore runs,
      RoundStore rounds,
      TaskStore tasks,
      Crews crews,
      RoundClaims claims,
      CountedUpdates countedUpdates,
      AsynchronousSteps asynchronousSteps,
      Measurements measurements,
      Stages stages,
      Faults faults,
      Event<WorkAppeared> workAppeared,
      Clock clock) {
    this.runs = runs;
    this.rounds = rounds;
    this.tasks = tasks;
    this.crews = crews;
    this.claims = claims;
    this.countedUpdates = countedUpdates;
    this.asynchronousSteps = asynchronousSteps;
    this.measurements = measurements;
    this.stages = stages;
    this.faults = faults;
    this.workAppeared = workAppeared;
    this.clock = clock;
  }

  /// What to do after a step.
  sealed interface Next {
    /// Take another step.
    record Step() implements Next {}

    /// Nothing before something changes.
    record Wait() implements Next {}

    /// Somebody else has the run: look again in a moment, what he changes may not be all.
    record Busy() implements Next {}

    /// Aggregate these updates, in canonical order, into the next global model.
    ///
    /// @param states what the strategy remembers of the round before
    record Aggregate(
        Run run,
        RunState.Aggregating state,
        List<CountedUpdate> updates,
        Map<String, Digest> states)
        implements Next {}
  }

  @Transactional
  public Next step(RunId id) {
    Optional<Run> free = runs.lockIfFree(id);
    if (free.isEmpty()) {
      return runs.find(id).isPresent() ? new Next.Busy() : new Next.Wait();
    }
    Run run = free.get();
    return switch (run.state()) {
      case RunState.Training training when AsynchronousRounds.in(run.spec()) ->
          follow(run, training, asynchronousSteps.step(run, training));
      case RunState.Evaluating evaluating when AsynchronousRounds.in(run.spec()) ->
          asynchronousSteps
              .measured(run, evaluating)
              .map(outcome -> follow(run, evaluating, outcome))
              .orElseGet(() -> waiting(run, evaluating));
      case RunState.Waiting stage -> waiting(run, stage);
      case RunState.Aggregating closed ->
          new Next.Aggregate(
              run,
              closed,
              countedUpdates.of(run, closed.round(), run.incarnation()),
              rounds.states(id, closed.round() - 1));
      case RunState.Ready ready when !isManual(run) -> {
        enter(run, ready.train(clock.instant()));
        yield new Next.Step();
      }
      case RunState.Ready _, RunState.Resting _ -> new Next.Wait();
    };
  }

  private Next follow(Run run, RunState.Waiting stage, AsynchronousSteps.Outcome outcome) {
    Instant now = clock.instant();
    return switch (outcome) {
      case AsynchronousSteps.Outcome.Wait _ -> new Next.Wait();
      case AsynchronousSteps.Outcome.Fail failure -> {
        stages.giveUp(run, stage, failure.reason());
        yield new Next.Step();
      }
      case AsynchronousSteps.Outcome.Close _ when stage instanceof RunState.Training training -> {
        enter(run, training.close(now));
        yield new Next.Step();
      }
      case AsynchronousSteps.Outcome.Stop _ when stage instanceof RunState.Training training -> {
        enter(run, training.succeed(now));
        yield new Next.Step();
      }
      // Only the last model's measurement is still awaited, and then the run ends anyway.
      case AsynchronousSteps.Outcome.Close _, AsynchronousSteps.Outcome.Stop _ -> new Next.Step();
    };
  }

  /// Records the model that came out of a round, and what the strategy remembers of it; nothing
  /// when the run waits for something else by now, or another replica aggregates the round.
  @Transactional
  public void aggregated(Next.Aggregate next, Aggregated result) {
    Run run = runs.lock(next.run().id()).orElseThrow();
    RunState.Aggregating closed = next.state();
    if (!isStill(run, next) || !claims.end(run.id(), closed.round())) {
      return;
    }
    RunId id = run.id();
    int number = closed.round();
    Instant now = clock.instant();
    Digest model = result.model();
    Round made = round(run, number).made(model);
    rounds.addStates(id, made, result.states());
    LOG.infof("round aggregated run=%s round=%d model=%s", id, number, model);
    if (Measurements.due(run, number)) {
      rounds.save(id, made);
      RunState.Evaluating evaluating = closed.evaluate(model, now);
      if (AsynchronousRounds.in(run.spec()) && !isLast(run, number)) {
        asynchronousSteps.measure(run, evaluating);
        enter(run, closed.train(model, now));
      } else {
        enter(run, evaluating);
      }
    } else {
      rounds.save(id, made.finish(now));
      enter(
          run,
          isLast(run, number)
              ? closed.succeed(model, now)
              : isManual(run) ? closed.ready(model, now) : closed.train(model, now));
    }
  }

  /// Ends a run whose closed round cannot be aggregated, unless that is another replica's to say.
  @Transactional
  public void notAggregated(Next.Aggregate next, String why) {
    RunState.Aggregating closed = next.state();
    Run run = runs.lock(next.run().id()).orElseThrow();
    if (isStill(run, next) && claims.end(run.id(), closed.round())) {
      stages.fail(run, closed, "round %d cannot be aggregated: %s".formatted(closed.round(), why));
    }
  }

  /// An aggregation takes long, and the run may have been sent back to the same round meanwhile.
  private static boolean isStill(Run run, Next.Aggregate next) {
    return run.incarnation() == next.run().incarnation() && run.state().equals(next.state());
  }

  private Next waiting(Run run, RunState.Waiting stage) {
    Digest uploaded = run.spec().model().initial();
    if (stage instanceof RunState.Initializing initializing && uploaded != null) {
      begin(run, initializing, uploaded, clock.instant());
      return new Next.Step();
    }
    List<Task> out = tasks.of(run.id(), stage.kind(), stage.round());
    Crew crew = crews.of(run, stage);
    if (out.isEmpty()) {
      return handOut(run, stage, crew);
    }
    List<SiteId> reserve = crew.reserve(out);
    StageOutcome.Rule rule =
        StageOutcome.Rule.of(run.spec().round(), crew, reserve.size(), stage.since());
    Instant now = clock.instant();
    return switch (StageOutcome.of(out, rule, now)) {
      case StageOutcome.Waiting _ -> new Next.Wait();
      case StageOutcome.Replace replace -> {
        add(run, stage, reserve.subList(0, replace.sites()));
        yield new Next.Wait();
      }
      case StageOutcome.Reached reached -> {
        close(run, out, rule.isLate(now));
        reached(run, stage, reached.answered());
        yield new Next.Step();
      }
      case StageOutcome.Missed missed -> {
        close(run, out, rule.isLate(now));
        stages.giveUp(run, stage, missed.reason());
        yield new Next.Step();
      }
    };
  }

  /// From here on no answer is accepted. Who was too slow for the deadline is at fault; who was
  /// only slower than those that were aimed at is not, and no site for a Job that did not run.
  private void close(Run run, List<Task> out, boolean late) {
    for (Task task : out) {
      if (task.state() instanceof TaskState.Open) {
        stages.cancel(task);
        if (late && wasWithSite(run, task)) {
          faults.note(
              run,
              task.site(),
              FaultKind.LATE,
              "deadline-missed: %s of round %d was not answered within %d s"
                  .formatted(task.kind(), task.round(), run.spec().round().deadlineSeconds()));
        }
      }
    }
  }

  private static boolean wasWithSite(Run run, Task task) {
    return run.spec().executor() == RunSpec.Executor.AGENTS
        || task.state() instanceof TaskState.Claimed;
  }

  private Next handOut(Run run, RunState.Waiting stage, Crew crew) {
    int left = crew.candidates().size();
    if (left < crew.needed()) {
      stages.giveUp(
          run,
          stage,
          "%s of round %d needs %d sites, and %d are left"
              .formatted(stage.kind(), stage.round(), crew.needed(), left));
      return new Next.Step();
    }
    if (left == 0) {
      reached(run, stage, List.of());
      return new Next.Step();
    }
    if (stage instanceof RunState.Initializing) {
      rounds.save(run.id(), round(run, 0));
    }
    add(run, stage, crew.first());
    return new Next.Wait();
  }

  private void add(Run run, RunState.Waiting stage, List<SiteId> sites) {
    Instant now = clock.instant();
    tasks.add(
        sites.stream()
            .sorted()
            .map(
                site ->
                    Task.pending(
                        run.id(), run.incarnation(), site, stage.kind(), stage.round(), now))
            .toList());
    workAppeared.fire(new WorkAppeared(run.id(), new HashSet<>(sites)));
    LOG.infof(
        "tasks handed out run=%s round=%d kind=%s tasks=%d",
        run.id(), stage.round(), stage.kind(), sites.size());
  }

  private void reached(Run run, RunState.Waiting stage, List<Task> answered) {
    Instant now = clock.instant();
    switch (stage) {
      case RunState.Initializing initializing -> initialized(run, initializing, answered, now);
      case RunState.Generating generating -> {
        rounds.save(run.id(), round(run, 0).finish(now));
        enter(run, isManual(run) ? generating.ready(now) : generating.train(now));
      }
      case RunState.Training training -> enter(run, training.close(now));
      case RunState.Evaluating evaluating -> evaluated(run, evaluating, answered, now);
    }
  }

  private void initialized(
      Run run, RunState.Initializing initializing, List<Task> answered, Instant now) {
    if (!(answered.getFirst().state() instanceof TaskState.Succeeded succeeded
        && succeeded.result() instanceof TaskResult.FirstWeights first)) {
      throw new IllegalStateException("task " + answered.getFirst().id() + " made no weights");
    }
    begin(run, initializing, first.digest(), now);
  }

  /// The first weights are there.
  private void begin(Run run, RunState.Initializing initializing, Digest first, Instant now) {
    Round zero = round(run, 0).made(first);
    if (runs.participants(run.id()).stream().anyMatch(site -> site.plan() != null)) {
      rounds.save(run.id(), zero);
      enter(run, initializing.generate(first, now));
    } else {
      rounds.save(run.id(), zero.finish(now));
      enter(run, isManual(run) ? initializing.ready(first, now) : initializing.train(first, now));
    }
  }

  private void evaluated(
      Run run, RunState.Evaluating evaluating, List<Task> answered, Instant now) {
    int number = evaluating.round();
    boolean stop = measurements.record(run, round(run, number), answered, now);
    enter(
        run,
        stop || isLast(run, number)
            ? evaluating.succeed(now)
            : isManual(run) ? evaluating.ready(now) : evaluating.train(now));
  }

  private static boolean isLast(Run run, int round) {
    return round >= run.spec().rounds();
  }

  private static boolean isManual(Run run) {
    return run.spec().round().trigger() == RoundSpec.Trigger.MANUAL;
  }

  private void enter(Run run, RunState next) {
    stages.enter(run.in(next));
  }

  /// When round 0 began, which nobody has written down before there is something to tell of it.
  private Instant begun(Run run) {
    return run.incarnation() == 0 ? run.created() : clock.instant();
  }

  private Round round(Run run, int number) {
    return rounds.of(run.id()).stream()
        .filter(round -> round.number() == number)
        .findFirst()
        .orElseGet(() -> Round.started(number, run.incarnation(), begun(run)));
  }
}
