package dev.kumiai.core.strategy;

/// The mean of the updates, weighted by examples: `w = sum_k p_k w_k` (McMahan et al. 2017, arXiv
/// 1602.05629).
///
/// Floats are summed in double precision, in the order of the sites' names, and rounded once to the
/// format of the tensor (by way of float32 for the halves). The error of a sum of K updates is
/// below K 2^-52 of the largest value, so that the mean of equal updates is that update, bit by
/// bit. Elements of int64 tensors are averaged exactly and rounded to the nearest integer, ties to
/// even.
public record FedAvg() implements Strategy {

  @Override
  public Compatibility compatibility() {
    return Compatibility.plain(true);
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    return mean(updates);
  }

  /// The mean of updates, on which other strategies build.
  public static WeightedSum mean(Updates updates) {
    return WeightedSum.of(updates.shares(), values -> Counters.mean(values, updates));
  }

  /// The mean of updates whatever their examples.
  public static WeightedSum unweightedMean(Updates updates) {
    return WeightedSum.of(updates.equalShares(), values -> Counters.trimmedMean(values, 0));
  }
}
