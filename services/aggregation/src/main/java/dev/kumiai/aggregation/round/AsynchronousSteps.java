package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.run.AsynchronousRounds;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.aggregation.task.TaskStore;
import dev.kumiai.aggregation.task.WorkAppeared;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// What is different in asynchronous rounds (FedBuff: Nguyen et al. 2021, arXiv 2106.06639). A site
/// that has answered gets the newest model at once, so that nobody waits for the slowest; its task
/// stays out while rounds close, and keeps the round it was handed out in.
///
/// The paper samples clients at random from very many, so that nobody is likely to train twice from
/// one model. Here sites are few and a site's work is a function of (round, site): training twice
/// would count the same update twice. So a site trains once from a model, and after that waits for
/// the next one. That cannot block a round, since a buffer is not larger than the run has sites.
///
/// A task that nobody has begun when a new model is there gives way to one that trains the new one.
/// Models are measured while sites train on.
@ApplicationScoped
class AsynchronousSteps {

  private static final Logger LOG = Logger.getLogger(AsynchronousSteps.class);

  private final RoundStore rounds;
  private final TaskStore tasks;
  private final Crews crews;
  private final Measurements measurements;
  private final Event<WorkAppeared> workAppeared;
  private final Clock clock;

  AsynchronousSteps(
      RoundStore rounds,
      TaskStore tasks,
      Crews crews,
      Measurements measurements,
      Event<WorkAppeared> workAppeared,
      Clock clock) {
    this.rounds = rounds;
    this.tasks = tasks;
    this.crews = crews;
    this.measurements = measurements;
    this.workAppeared = workAppeared;
    this.clock = clock;
  }

  /// What follows a step; the run enters it in the same transaction.
  sealed interface Outcome {
    /// Sites are at work.
    record Wait() implements Outcome {}

    /// The updates of the round are fixed.
    record Close() implements Outcome {}

    /// The run has stopped getting better.
    record Stop() implements Outcome {}

    record Fail(String reason) implements Outcome {}
  }

  /// Looks at measurements, hands out tasks and closes the round.
  Outcome step(Run run, RunState.Training training) {
    Instant now = clock.instant();
    Optional<Outcome> measured = measured(run, training);
    if (measured.isPresent()) {
      return measured.get();
    }
    Buffer buffer = handOut(run, training, now);
    return switch (buffer.outcome(run, training, now)) {
      case Buffer.Outcome.Open _ -> new Outcome.Wait();
      case Buffer.Outcome.Closed closed -> {
        close(run, training.round(), closed.updates(), buffer.out(), now);
        yield new Outcome.Close();
      }
      case Buffer.Outcome.Missed missed -> new Outcome.Fail(missed.reason());
    };
  }

  /// Gives each site that has nothing to do the newest model, unless it has had it.
  private Buffer handOut(Run run, RunState.Training training, Instant now) {
    List<Task> arrived = tasks.buffered(run.id());
    List<Task> out = new ArrayList<>();
    for (Task task : tasks.open(run.id())) {
      if (task.kind() == TaskKind.TRAIN) {
        if (task.round() < training.round() && task.state() instanceof TaskState.Pending pending) {
          tasks.save(task.in(pending.cancel(now)));
        } else {
          out.add(task);
        }
      }
    }
    List<Task> ofThisModel = tasks.of(run.id(), TaskKind.TRAIN, training.round());
    Set<SiteId> busy =
        Stream.concat(out.stream(), ofThisModel.stream())
            .map(Task::site)
            .collect(Collectors.toSet());
    boolean full = arrived.size() >= AsynchronousRounds.bufferSize(run.spec());
    if (!full) {
      out.addAll(
          add(
              run,
              crews.of(run, training).candidates().stream().filter(site -> !busy.contains(site)),
              TaskKind.TRAIN,
              training.round(),
              now));
    }
    List<Task> given =
        ofThisModel.stream().filter(task -> task.state() instanceof TaskState.Failed).toList();
    return new Buffer(arrived, out, given);
  }

  private List<Task> add(Run run, Stream<SiteId> sites, TaskKind kind, int round, Instant now) {
    List<Task> added =
        sites
            .map(site -> Task.pending(run.id(), run.incarnation(), site, kind, round, now))
            .toList();
    if (!added.isEmpty()) {
      tasks.add(added);
      Set<SiteId> called =
          added.stream().map(Task::site).collect(Collectors.toCollection(HashSet::new));
      workAppeared.fire(new WorkAppeared(run.id(), called));
      LOG.infof(
          "tasks handed out run=%s round=%d kind=%s tasks=%d", run.id(), round, kind, added.size());
    }
    return added;
  }

  /// Fixes which updates count. Of what is still out, whatever would come too late for the next
  /// round is not wanted any more, and after the last round nothing is.
  private void close(Run run, int round, List<Task> updates, List<Task> out, Instant now) {
    for (Task task : updates) {
      if (task.state() instanceof TaskState.Succeeded succeeded) {
        tasks.save(task.in(succeeded.aggregate(round)));
      }
    }
    boolean last = round >= run.spec().rounds();
    int most = AsynchronousRounds.maxStaleness(run.spec());
    for (Task task : out) {
      if (task.state() instanceof TaskState.Open open) {
        if (last) {
          tasks.save(task.in(open.cancel(now)));
        } else if (round + 1 - task.round() > most) {
          String why =
              "update-too-stale: %d models came since it was handed out, and round.buffer.maxStaleness is %d"
                  .formatted(round + 1 - task.round(), most);
          tasks.save(task.in(open.cancel(now, why)));
          LOG.warnf("task too stale run=%s round=%d site=%s", run.id(), task.round(), task.site());
        }
      }
    }
  }

  /// Asks for a measurement of the model of a round, beside the training.
  void measure(Run run, RunState.Evaluating evaluating) {
    add(
        run,
        crews.of(run, evaluating).candidates().stream(),
        TaskKind.EVALUATE,
        evaluating.round(),
        clock.instant());
  }

  /// Records what was measured of earlier rounds' models.
  ///
  /// @return what follows for the run; empty when it goes on
  Optional<Outcome> measured(Run run, RunState.Active state) {
    if (run.spec().evaluation() == null) {
      return Optional.empty();
    }
    for (Round round : rounds.of(run.id())) {
      boolean waits = round.number() > 0 && round.model() != null && round.finished() == null;
      if (waits && round.number() < state.round()) {
        Optional<Outcome> outcome = measured(run, round);
        if (outcome.isPresent()) {
          return outcome;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Outcome> measured(Run run, Round round) {
    Instant now = clock.instant();
    List<Task> out = tasks.of(run.id(), TaskKind.EVALUATE, round.number());
    Crew crew =
        crews.of(
            run, new RunState.Evaluating(round.number(), round.requireModel(), round.started()));
    if (out.isEmpty()) {
      return Optional.of(
          new Outcome.Fail(
              "EVALUATE of round %d needs %d sites, and none was left to ask"
                  .formatted(round.number(), crew.needed())));
    }
    Instant asked = out.getFirst().created();
    StageOutcome.Rule rule = StageOutcome.Rule.of(run.spec().round(), crew, 0, asked);
    return switch (StageOutcome.of(out, rule, now)) {
      case StageOutcome.Waiting _, StageOutcome.Replace _ -> Optional.empty();
      case StageOutcome.Reached reached -> {
        out.forEach(task -> cancel(task, now));
        boolean stop = measurements.record(run, round, reached.answered(), now);
        yield stop ? Optional.of(new Outcome.Stop()) : Optional.empty();
      }
      // Training does not wait for a late measurement; only the last one's deadline ends a run.
      case StageOutcome.Missed missed ->
          out.stream().anyMatch(task -> task.state() instanceof TaskState.Open)
              ? Optional.empty()
              : Optional.of(new Outcome.Fail(missed.reason()));
    };
  }

  private void cancel(Task task, Instant now) {
    if (task.state() instanceof TaskState.Open open) {
      tasks.save(task.in(open.cancel(now)));
    }
  }
}
