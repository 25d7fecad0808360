package dev.kumiai.aggregation.round;

import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Keeps rounds. Every call belongs to a transaction of the caller.
public interface RoundStore {

  /// Adds a round or replaces it.
  void save(RunId run, Round round);

  /// In their order.
  List<Round> of(RunId run);

  /// Keeps what the strategy remembers after a round, by the names of its states.
  void addStates(RunId run, int round, Map<String, Digest> states);

  /// What the strategy remembered after a round; empty when that is nothing.
  Map<String, Digest> states(RunId run, int round);

  /// The newest measured accuracy of each run that has one.
  Map<RunId, Double> newestAccuracy(Collection<RunId> runs);
}
