package dev.kumiai.aggregation.round;

import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Keeps rounds. Every call belongs to a transaction of the caller.
///
/// Of a run that was retried, the rounds that were done again are kept, too. Where it says that
/// rounds count, those are left out.
public interface RoundStore {

  /// Adds a round or replaces it.
  void save(RunId run, Round round);

  /// Those that count, in their order.
  List<Round> of(RunId run);

  /// All, those that were done again too, by incarnation and number.
  List<Round> history(RunId run);

  /// Keeps what the strategy remembers after a round, by the names of its states.
  void addStates(RunId run, Round round, Map<String, Digest> states);

  /// What the strategy remembered after the round that counts; empty when that is nothing.
  Map<String, Digest> states(RunId run, int round);

  /// What the strategy remembered after this round, whether it counts or not.
  Map<String, Digest> states(RunId run, Round round);

  /// The newest measured accuracy of each run that has one, of the rounds that count.
  Map<RunId, Double> newestAccuracy(Collection<RunId> runs);
}
