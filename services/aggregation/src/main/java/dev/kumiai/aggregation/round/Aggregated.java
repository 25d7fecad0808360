package dev.kumiai.aggregation.round;

import dev.kumiai.core.Digest;
import java.util.Map;

/// What came out of the aggregation of a round; all of it is kept.
///
/// @param model the next global model
/// @param states what the strategy remembers for the next round, by name
record Aggregated(Digest model, Map<String, Digest> states) {

  Aggregated {
    states = Map.copyOf(states);
  }
}
