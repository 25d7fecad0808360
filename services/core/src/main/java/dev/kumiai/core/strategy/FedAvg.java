package dev.kumiai.core.strategy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;

/// The mean of the updates, weighted by examples: `w = sum_k (n_k / n) w_k` with `n = sum_k n_k`
/// (McMahan et al. 2017, arXiv 1602.05629).
///
/// Floats are summed in double precision, in the order of the sites' names, and rounded once to the
/// format of the tensor (by way of float32 for the halves). The error of a sum of K updates is
/// below K 2^-52 of the largest value, so that the mean of equal updates is that update, bit by
/// bit. Elements of int64 tensors, which are counters and indices, are averaged exactly and rounded
/// to the nearest integer, ties to even.
public final class FedAvg implements Strategy {

  @Override
  public Combination prepare(Updates updates) {
    return new WeightedMean(updates);
  }

  private static final class WeightedMean implements Combination {

    private final List<Update> updates;
    private final long examples;
    private final double[] shares;

    WeightedMean(Updates updates) {
      this.updates = updates.list();
      this.examples = updates.examples();
      this.shares =
          this.updates.stream().mapToDouble(u -> (double) u.examples() / examples).toArray();
    }

    @Override
    public void combine(Block block) {
      double[] sum = block.doubles();
      Arrays.fill(sum, 0, block.length(), 0);
      for (int update = 0; update < shares.length; update++) {
        block.readUpdate(update, block.floats());
        addScaled(shares[update], block.floats(), sum, block.length());
      }
      float[] mean = block.result();
      for (int i = 0; i < block.length(); i++) {
        mean[i] = (float) sum[i];
      }
    }

    /// A method of its own: the compiler turns a loop over local arrays into vector instructions.
    private static void addScaled(double share, float[] values, double[] sum, int length) {
      for (int i = 0; i < length; i++) {
        sum[i] += share * values[i];
      }
    }

    @Override
    public long combine(long[] values) {
      if (Arrays.stream(values).allMatch(value -> value == values[0])) {
        return values[0];
      }
      BigInteger sum = BigInteger.ZERO;
      for (int i = 0; i < values.length; i++) {
        BigInteger weight = BigInteger.valueOf(updates.get(i).examples());
        sum = sum.add(BigInteger.valueOf(values[i]).multiply(weight));
      }
      return new BigDecimal(sum)
          .divide(BigDecimal.valueOf(examples), 0, RoundingMode.HALF_EVEN)
          .longValueExact();
    }
  }
}
