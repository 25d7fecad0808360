package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.model.Models;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunChanged;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.run.Runs;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.aggregation.task.TaskStore;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Sends a run that is over or on hold back to a round, from where it goes on in its next
/// incarnation: with the model and the strategy's memory of the round before. What was done of the
/// later rounds is kept, and does not count any more.
@ApplicationScoped
public class RetryRun {

  private static final Logger LOG = Logger.getLogger(RetryRun.class);

  private final RunStore runs;
  private final RoundStore rounds;
  private final TaskStore tasks;
  private final Models models;
  private final Stages stages;
  private final Event<RunChanged> runChanged;
  private final Clock clock;

  RetryRun(
      RunStore runs,
      RoundStore rounds,
      TaskStore tasks,
      Models models,
      Stages stages,
      Event<RunChanged> runChanged,
      Clock clock) {
    this.runs = runs;
    this.rounds = rounds;
    this.tasks = tasks;
    this.models = models;
    this.stages = stages;
    this.runChanged = runChanged;
    this.clock = clock;
  }

  /// Does rounds again.
  ///
  /// @param fromRound the first of them; 0 starts all over. Null is the first that did not come to
  ///   an end
  /// @throws KumiaiException.Conflict `run-active` while the run goes on, `retry-round-missing`
  ///   when all rounds came to an end and none was named, `retry-round-unreachable` when the round
  ///   before did not come to an end
  /// @throws KumiaiException.Gone `round-weights-gone` when the weights of the round before are not
  ///   kept any more
  @Transactional
  public Run retry(RunId id, @Nullable Integer fromRound) {
    Run run = runs.lock(id).orElseThrow(() -> Runs.unknown(id));
    return switch (run.state()) {
      case RunState.Resting resting -> retry(run, resting, fromRound);
      case RunState.Active _ ->
          throw new KumiaiException.Conflict(
              "run-active", "run %s goes on: suspend or cancel it first".formatted(id));
    };
  }

  private Run retry(Run run, RunState.Resting resting, @Nullable Integer fromRound) {
    SortedMap<Integer, Round> counting =
        rounds.of(run.id()).stream()
            .collect(
                Collectors.toMap(
                    Round::number, Function.identity(), (left, _) -> left, TreeMap::new));
    int unfinished = firstUnfinished(run, counting);
    if (fromRound == null
        && (resting instanceof RunState.Succeeded || unfinished > run.spec().rounds())) {
      throw new KumiaiException.Conflict(
          "retry-round-missing",
          "all rounds of run %s came to an end: name the first to do again, fromRound"
              .formatted(run.id()));
    }
    int from = fromRound == null ? unfinished : fromRound;
    requireReachable(run, from, unfinished);
    Instant now = clock.instant();
    RunState.Active next =
        from == 0 ? resting.restart(now) : resting.retry(from, weights(run, counting, from), now);
    Run again = run.again(next);
    leaveBehind(again, counting, from, now);
    stages.enter(again);
    runChanged.fire(new RunChanged(run.id()));
    LOG.infof("run retried run=%s round=%d incarnation=%d", again.id(), from, again.incarnation());
    return again;
  }

  private int firstUnfinished(Run run, SortedMap<Integer, Round> counting) {
    int round = 0;
    while (isDone(run, counting, round)) {
      round++;
    }
    return round;
  }

  /// A run that ends in the middle of a round ends its row, too, so the row's end does not tell.
  private boolean isDone(Run run, SortedMap<Integer, Round> counting, int number) {
    Round round = counting.get(number);
    if (round == null || round.model() == null) {
      return false;
    }
    if (counting.containsKey(number + 1)) {
      return true;
    }
    return number == 0
        ? isGenerated(run)
        : round.accuracy() != null || !Measurements.due(run, number);
  }

  private boolean isGenerated(Run run) {
    long planned = runs.participants(run.id()).stream().filter(site -> site.plan() != null).count();
    long made =
        tasks.of(run.id(), TaskKind.GENERATE, 0).stream()
            .filter(task -> task.state() instanceof TaskState.Succeeded)
            .count();
    return made == planned;
  }

  private static void requireReachable(Run run, int from, int unfinished) {
    int last = Math.min(unfinished, run.spec().rounds());
    if (from > last) {
      throw new KumiaiException.Conflict(
          "retry-round-unreachable",
          "run %s has nothing to go on from to round %d: choose a round from 0 to %d"
              .formatted(run.id(), from, last));
    }
  }

  private Digest weights(Run run, SortedMap<Integer, Round> counting, int from) {
    Round before = Objects.requireNonNull(counting.get(from - 1));
    Digest model = Objects.requireNonNull(before.model());
    List<Digest> missing =
        Stream.concat(Stream.of(model), rounds.states(run.id(), before).values().stream())
            .filter(digest -> !models.use(digest))
            .toList();
    if (!missing.isEmpty()) {
      throw new KumiaiException.Gone(
          "round-weights-gone",
          "the weights of round %d of run %s are not kept any more (%s): choose a round after one whose weights are, or 0"
              .formatted(before.number(), run.id(), missing.getFirst()));
    }
    return model;
  }

  /// Nothing of what is left behind may reach the new incarnation.
  private void leaveBehind(Run again, SortedMap<Integer, Round> counting, int from, Instant now) {
    stages.closeTasks(again);
    for (Round round : counting.values()) {
      Optional<Round> changed =
          round.number() >= from
              ? Optional.of(round.supersede(again.incarnation(), now))
              : Optional.of(round.finish(now)).filter(finished -> !finished.equals(round));
      changed.ifPresent(left -> rounds.save(again.id(), left));
    }
  }
}
