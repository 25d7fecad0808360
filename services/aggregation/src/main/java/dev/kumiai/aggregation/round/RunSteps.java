package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.run.AsynchronousRounds;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskResult;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.aggregation.task.TaskStore;
import dev.kumiai.aggregation.task.WorkAppeared;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
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

  /// How many sites try to make the first weights before the run fails.
  private static final int MOST_INITIALIZERS = 3;

  private final RunStore runs;
  private final RoundStore rounds;
  private final TaskStore tasks;
  private final Crews crews;
  private final RoundClaims claims;
  private final CountedUpdates countedUpdates;
  private final AsynchronousSteps asynchronousSteps;
  private final Measurements measurements;
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
              countedUpdates.of(run, closed.round()),
              rounds.states(id, closed.round() - 1));
      case RunState.Suspended _ -> new Next.Wait();
      case RunState.Over over -> over(run, over);
    };
  }

  private Next follow(Run run, RunState.Waiting stage, AsynchronousSteps.Outcome outcome) {
    Instant now = clock.instant();
    return switch (outcome) {
      case AsynchronousSteps.Outcome.Wait _ -> new Next.Wait();
      case AsynchronousSteps.Outcome.Fail failure -> {
        fail(run, stage, failure.reason());
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
    RunState.Aggregating closed = next.state();
    RunId id = next.run().id();
    int round = closed.round();
    Run run = runs.lock(id).orElseThrow();
    if (!run.state().equals(closed) || !claims.end(id, round)) {
      return;
    }
    Instant now = clock.instant();
    Digest model = result.model();
    Round made = round(run, round).made(model);
    rounds.addStates(id, round, result.states());
    LOG.infof("round aggregated run=%s round=%d model=%s", id, round, model);
    if (Measurements.due(run, round)) {
      rounds.save(id, made);
      RunState.Evaluating evaluating = closed.evaluate(model, now);
      if (AsynchronousRounds.in(run.spec()) && !isLast(run, round)) {
        asynchronousSteps.measure(run, evaluating);
        enter(run, closed.train(model, now));
      } else {
        enter(run, evaluating);
      }
    } else {
      rounds.save(id, made.finish(now));
      enter(run, isLast(run, round) ? closed.succeed(model, now) : closed.train(model, now));
    }
  }

  /// Ends a run whose closed round cannot be aggregated, unless that is another replica's to say.
  @Transactional
  public void notAggregated(Next.Aggregate next, String why) {
    RunState.Aggregating closed = next.state();
    Run run = runs.lock(next.run().id()).orElseThrow();
    if (run.state().equals(closed) && claims.end(run.id(), closed.round())) {
      fail(run, closed, "round %d cannot be aggregated: %s".formatted(closed.round(), why));
    }
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
    Duration deadline = Duration.ofSeconds(run.spec().round().deadlineSeconds());
    Instant now = clock.instant();
    return switch (StageOutcome.of(out, crew.needed(), stage.since(), deadline, now)) {
      case StageOutcome.Waiting _ -> new Next.Wait();
      case StageOutcome.Reached reached -> {
        out.forEach(this::cancel);
        reached(run, stage, reached.answered());
        yield new Next.Step();
      }
      case StageOutcome.Missed missed -> {
        out.forEach(this::cancel);
        if (stage instanceof RunState.Initializing
            && out.size() < MOST_INITIALIZERS
            && now.isBefore(stage.since().plus(deadline))
            && !crew.sites().isEmpty()) {
          yield handOut(run, stage, crew);
        }
        fail(run, stage, missed.reason());
        yield new Next.Step();
      }
    };
  }

  private Next handOut(Run run, RunState.Waiting stage, Crew crew) {
    if (crew.sites().size() < crew.needed()) {
      fail(
          run,
          stage,
          "%s of round %d needs %d sites, and %d are left"
              .formatted(stage.kind(), stage.round(), crew.needed(), crew.sites().size()));
      return new Next.Step();
    }
    Instant now = clock.instant();
    if (stage instanceof RunState.Initializing) {
      rounds.save(run.id(), round(run, 0));
    }
    tasks.add(
        crew.sites().stream()
            .map(site -> Task.pending(run.id(), site, stage.kind(), stage.round(), now))
            .toList());
    workAppeared.fire(new WorkAppeared(new HashSet<>(crew.sites())));
    LOG.infof(
        "tasks handed out run=%s round=%d kind=%s tasks=%d",
        run.id(), stage.round(), stage.kind(), crew.sites().size());
    return new Next.Wait();
  }

  private void reached(Run run, RunState.Waiting stage, List<Task> answered) {
    Instant now = clock.instant();
    switch (stage) {
      case RunState.Initializing initializing -> initialized(run, initializing, answered, now);
      case RunState.Generating generating -> {
        rounds.save(run.id(), round(run, 0).finish(now));
        enter(run, generating.train(now));
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
      enter(run, initializing.train(first, now));
    }
  }

  private void evaluated(
      Run run, RunState.Evaluating evaluating, List<Task> answered, Instant now) {
    int number = evaluating.round();
    boolean stop = measurements.record(run, round(run, number), answered, now);
    enter(run, stop || isLast(run, number) ? evaluating.succeed(now) : evaluating.train(now));
  }

  private static boolean isLast(Run run, int round) {
    return round >= run.spec().rounds();
  }

  private void enter(Run run, RunState next) {
    runs.save(run.in(next));
    if (next instanceof RunState.Training training) {
      rounds.save(run.id(), Round.started(training.round(), training.since()));
    }
    LOG.infof(
        "run entered run=%s round=%d state=%s",
        run.id(), next.round(), next.getClass().getSimpleName());
  }

  private void fail(Run run, RunState.Active active, String reason) {
    LOG.warnf("run failed run=%s round=%d reason=\"%s\"", run.id(), active.round(), reason);
    runs.save(run.in(active.fail(reason, clock.instant())));
  }

  /// What is left of a run that is over.
  private Next over(Run run, RunState.Over over) {
    tasks.of(run.id()).forEach(this::cancel);
    rounds.of(run.id()).stream()
        .filter(round -> round.finished() == null)
        .forEach(round -> rounds.save(run.id(), round.finish(over.finished())));
    return new Next.Wait();
  }

  private void cancel(Task task) {
    if (task.state() instanceof TaskState.Open open) {
      tasks.save(task.in(open.cancel(clock.instant())));
    }
  }

  private Round round(Run run, int number) {
    return rounds.of(run.id()).stream()
        .filter(round -> round.number() == number)
        .findFirst()
        .orElseGet(() -> Round.started(number, run.created()));
  }
}
