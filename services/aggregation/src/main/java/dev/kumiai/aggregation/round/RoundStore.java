package dev.kumiai.aggregation.round;

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

  /// The newest measured accuracy of each run that has one.
  Map<RunId, Double> newestAccuracy(Collection<RunId> runs);
}
