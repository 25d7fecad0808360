package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.model.Models;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.Runs;
import dev.kumiai.core.RunId;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// How far the sites of a run pulled apart in each of its rounds, from the updates that are kept.
@ApplicationScoped
public class RoundDrift {

  private final Runs runs;
  private final RoundStore rounds;
  private final CountedUpdates countedUpdates;
  private final AggregateRound aggregateRound;
  private final Models models;

  RoundDrift(
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

  /// Passes over the updates of every round that counts, on the caller's thread and one more.
  ///
  /// @return by round; a round whose updates are not kept any more is missing
  public SortedMap<Integer, Double> of(RunId run) {
    SortedMap<Integer, Double> drifts = new TreeMap<>();
    for (RunSteps.Next.Aggregate round :
        QuarkusTransaction.requiringNew().call(() -> closed(run))) {
      if (isKept(round)) {
        try {
          drifts.put(round.state().round(), aggregateRound.drift(round));
        } catch (IOException e) {
          throw new UncheckedIOException("cannot read the updates of a round", e);
        }
      }
    }
    return drifts;
  }

  private List<RunSteps.Next.Aggregate> closed(RunId id) {
    Run run = runs.get(id);
    Map<Integer, Round> counting = new HashMap<>();
    rounds.of(id).forEach(round -> counting.put(round.number(), round));
    List<RunSteps.Next.Aggregate> closed = new ArrayList<>();
    for (Round round : counting.values()) {
      Round before = counting.get(round.number() - 1);
      if (before != null && before.model() != null && round.model() != null) {
        closed.add(
            new RunSteps.Next.Aggregate(
                run,
                // When the round was closed plays no part in what is computed.
                new RunState.Aggregating(round.number(), before.requireModel(), run.created()),
                countedUpdates.of(run, round.number(), round.incarnation()),
                Map.of()));
      }
    }
    return closed;
  }

  private boolean isKept(RunSteps.Next.Aggregate round) {
    return models.has(round.state().model())
        && round.updates().stream()
            .allMatch(
                counted ->
                    models.has(AggregateRound.update(counted.task()).digest())
                        && models.has(counted.trained()));
  }
}
