package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.model.Models;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.Runs;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.ledger.RoundReplay;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Aggregates a round anew from the updates that are stored, with the code that did it first, and
/// compares what comes out with what is recorded. One round at a time, on a thread of low priority,
/// from mapped files into a file that is thrown away: rounds that go on do not wait for it, and
/// memory is what an aggregation takes.
@ApplicationScoped
public class ReplayRound {

  private static final Logger LOG = Logger.getLogger(ReplayRound.class);
  private static final double NANOS = 1e9;

  private final Runs runs;
  private final RoundStore rounds;
  private final CountedUpdates countedUpdates;
  private final AggregateRound aggregateRound;
  private final Models models;

  // Which thread runs first decides nothing but who waits.
  @SuppressWarnings("ThreadPriorityCheck")
  private final ExecutorService replaying =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("replay").daemon().priority(Thread.MIN_PRIORITY).factory());

  ReplayRound(
      Runs runs,
      RoundStore rounds,
      CountedUpdates countedUpdates,
      AggregateRound aggregateRound,
      Models models) {
    this.runs = runs;
    this.rounds = rounds;
    this.countedUpdates = countedUpdates;
    this.aggregateRound = aggregateRound;
    this.models = models;
  }

  /// What is recorded of a round.
  private record Recorded(RunSteps.Next.Aggregate from, Round round, Map<String, Digest> states) {

    List<SiteId> sites() {
      return from.updates().stream().map(counted -> counted.task().site()).toList();
    }

    RoundReplay told(
        @Nullable Digest model,
        List<String> differentStates,
        List<String> problems,
        double seconds) {
      return new RoundReplay(
          round.number(),
          round.incarnation(),
          sites(),
          round.requireModel(),
          model,
          differentStates,
          problems,
          seconds);
    }
  }

  /// Replays a round.
  ///
  /// @param incarnation tells a round from one that was done again; null for the one that counts
  /// @throws KumiaiException.NotFound `run-unknown`, `round-not-aggregated`
  public RoundReplay replay(RunId run, int round, @Nullable Integer incarnation) {
    Recorded recorded =
        QuarkusTransaction.requiringNew().call(() -> recorded(run, round, incarnation));
    List<String> missing = missing(recorded);
    RoundReplay replay =
        missing.isEmpty() ? await(recorded) : recorded.told(null, List.of(), missing, 0);
    LOG.infof(
        "round replayed run=%s round=%d outcome=%s seconds=%.3f",
        run, round, replay.outcome(), replay.seconds());
    return replay;
  }

  private Recorded recorded(RunId id, int number, @Nullable Integer incarnation) {
    Run run = runs.get(id);
    List<Round> history = rounds.history(id);
    Round round =
        history.stream()
            .filter(
                any ->
                    any.number() == number
                        && (incarnation == null
                            ? any.supersededBy() == null
                            : any.incarnation() == incarnation))
            .findFirst()
            .filter(any -> number > 0 && any.model() != null)
            .orElseThrow(() -> notAggregated(id, number));
    Round before =
        history.stream()
            .filter(any -> any.number() == number - 1 && any.incarnation() <= round.incarnation())
            .max(Comparator.comparingInt(Round::incarnation))
            .orElseThrow(() -> notAggregated(id, number));
    // When the round was closed plays no part in what comes out.
    RunState.Aggregating closed =
        new RunState.Aggregating(number, before.requireModel(), run.created());
    List<CountedUpdate> updates = countedUpdates.of(run, number, round.incarnation());
    return new Recorded(
        new RunSteps.Next.Aggregate(run, closed, updates, rounds.states(id, before)),
        round,
        rounds.states(id, round));
  }

  private static KumiaiException notAggregated(RunId run, int number) {
    return new KumiaiException.NotFound(
        "round-not-aggregated",
        "round %d of run %s was not aggregated: there is nothing to replay".formatted(number, run));
  }

  private List<String> missing(Recorded recorded) {
    RunSteps.Next.Aggregate from = recorded.from();
    List<String> missing = new ArrayList<>();
    missing("the model of the round before", from.state().model(), missing);
    from.states()
        .forEach((name, digest) -> missing("the state '" + name + "' before", digest, missing));
    for (CountedUpdate counted : from.updates()) {
      Task task = counted.task();
      missing("the update of " + task.site(), AggregateRound.update(task).digest(), missing);
      if (counted.staleness() > 0) {
        missing("the model that " + task.site() + " trained", counted.trained(), missing);
      }
    }
    return missing;
  }

  private void missing(String what, Digest digest, List<String> missing) {
    if (!models.has(digest)) {
      missing.add("%s, %s, is no longer kept".formatted(what, digest));
    }
  }

  private RoundReplay await(Recorded recorded) {
    try {
      return replaying.submit(() -> recompute(recorded)).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KumiaiException.Cancelled("stopped while a round was replayed");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /// What cannot be aggregated any more although it was once is a result, not an error.
  private RoundReplay recompute(Recorded recorded) {
    long began = System.nanoTime();
    try {
      Aggregated again = aggregateRound.again(recorded.from());
      List<String> different = different(recorded.states(), again.states());
      return recorded.told(again.model(), different, List.of(), seconds(began));
    } catch (KumiaiException e) {
      return recorded.told(
          null, List.of(), List.of(e.code() + ": " + e.getMessage()), seconds(began));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot replay a round", e);
    }
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / NANOS;
  }

  private static List<String> different(
      Map<String, Digest> recorded, Map<String, Digest> recomputed) {
    TreeSet<String> names = new TreeSet<>(recorded.keySet());
    names.addAll(recomputed.keySet());
    names.removeIf(name -> Objects.equals(recorded.get(name), recomputed.get(name)));
    return List.copyOf(names);
  }
}
