package dev.kumiai.core.strategy;

import java.util.Arrays;
import java.util.function.ToLongFunction;

/// The updates, each times a share: `sum_k a_k w_k`, and where shares do not sum to one, also
/// models from before: `+ b w`, `- sum_k c_k base_k`.
///
/// Many strategies come down to it once their shares are known. It is summed in double precision,
/// in the order of the updates, and rounded once to the format of the tensor (by way of float32 for
/// the halves). A share of zero costs nothing: what it belongs to is not read.
public final class WeightedSum implements Strategy.Combination {

  private final double[] shares;
  private final double globalShare;
  private final double[] baseShares;
  private final ToLongFunction<long[]> counters;

  private WeightedSum(
      double[] shares, double globalShare, double[] baseShares, ToLongFunction<long[]> counters) {
    this.shares = shares.clone();
    this.globalShare = globalShare;
    this.baseShares = baseShares.clone();
    this.counters = counters;
  }

  /// Of updates alone.
  ///
  /// @param counters what becomes of the elements of int64 tensors
  public static WeightedSum of(double[] shares, ToLongFunction<long[]> counters) {
    return of(shares, 0, counters);
  }

  /// Of updates and the global model.
  public static WeightedSum of(
      double[] shares, double globalShare, ToLongFunction<long[]> counters) {
    return new WeightedSum(shares, globalShare, new double[0], counters);
  }

  /// The same less the model that each update was trained from, times a share.
  public WeightedSum minusBases(double[] baseShares) {
    return new WeightedSum(shares, globalShare, baseShares, counters);
  }

  @Override
  public void combine(Block block) {
    round(sum(block), block.result(), block.length());
  }

  /// The sum before it is rounded, in [Block#doubles].
  public double[] sum(Block block) {
    double[] sum = block.doubles();
    Arrays.fill(sum, 0, block.length(), 0);
    for (int update = 0; update < shares.length; update++) {
      if (shares[update] != 0) {
        block.readUpdate(update, block.floats());
        addScaled(shares[update], block.floats(), sum, block.length());
      }
    }
    if (globalShare != 0) {
      block.readGlobal(block.floats());
      addScaled(globalShare, block.floats(), sum, block.length());
    }
    for (int update = 0; update < baseShares.length; update++) {
      if (baseShares[update] != 0) {
        block.readBase(update, block.floats());
        addScaled(-baseShares[update], block.floats(), sum, block.length());
      }
    }
    return sum;
  }

  /// Rounds to float32.
  public static void round(double[] values, float[] into, int length) {
    for (int i = 0; i < length; i++) {
      into[i] = (float) values[i];
    }
  }

  /// Adds values times a share. A method of its own, so that the compiler finds a plain loop over
  /// local arrays.
  public static void addScaled(double share, float[] values, double[] sum, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += share * values[i];
    }
  }

  @Override
  public long combine(long[] values) {
    return counters.applyAsLong(values);
  }
}
