package dev.kumiai.core.strategy;

import java.util.List;

/// How updates become the next global model. [Aggregation] reads, distributes and writes; a
/// strategy only computes.
///
/// A strategy may look at all updates before anything is combined (Krum's distances), sees for each
/// element the values of all updates (median), the global model and its own states from the round
/// before (server optimisers: FedAdam).
///
/// Everywhere in the strategies w is the global model, `w_k` the update of site k, `D_k = w_k - w`
/// its change, n the number of updates and `p_k` the share of the site's examples in all.
public interface Strategy {

  /// What this strategy, with its parameters, asks of a run and its sites.
  Compatibility compatibility();

  /// Names of what the strategy remembers from round to round, such as `momentum`. Each is a set of
  /// weights with one float32 tensor for every floating-point tensor of the model.
  default List<String> states() {
    return List.of();
  }

  /// The value of all elements of a state before the first round.
  default float initial(String state) {
    return 0;
  }

  /// Prepares the combination of these updates, which are what [#compatibility] asks for.
  Combination prepare(Updates updates, Passes passes);

  /// Computes elements of the next model from the same elements of all updates. Called by several
  /// threads at once, in any order and exactly once for each element, so that it keeps nothing and
  /// its result depends on nothing else.
  interface Combination {

    /// Fills [Block#result] and [Block#stateResult], for floating-point tensors.
    void combine(Block block);

    /// One element of an int64 tensor: a counter or an index.
    ///
    /// @param values that of each update, in their order; of no use to others afterwards
    long combine(long[] values);
  }
}
