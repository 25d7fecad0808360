package dev.kumiai.core.strategy;

import java.util.List;

/// How updates become the next global model. [Aggregation] reads, distributes and writes; a
/// strategy only computes.
///
/// A strategy may look at all updates before anything is combined (Krum's distances), sees for each
/// element the values of all updates (median), the global model and its own states from the round
/// before (server optimisers: FedAdam).
public interface Strategy {

  /// Names of what the strategy remembers from round to round, such as `momentum`. Each is a set of
  /// weights with one float32 tensor for every floating-point tensor of the model, zero before the
  /// first round.
  default List<String> states() {
    return List.of();
  }

  /// Prepares the combination of these updates.
  Combination prepare(Updates updates);

  /// Computes elements of the next model from the same elements of all updates. Called by several
  /// threads at once, in any order and exactly once for each element, so that it keeps nothing and
  /// its result depends on nothing else.
  interface Combination {

    /// Fills [Block#result] and [Block#stateResult], for floating-point tensors.
    void combine(Block block);

    /// One element of an int64 tensor.
    ///
    /// @param values that of each update, in their order
    long combine(long[] values);
  }
}
