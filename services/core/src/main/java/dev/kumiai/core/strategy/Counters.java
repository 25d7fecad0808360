package dev.kumiai.core.strategy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;

/// How strategies combine elements of int64 tensors, which are counters (batches that a
/// normalisation has seen) and indices: exactly, and never by steps of an optimiser.
public final class Counters {

  private Counters() {}

  /// The mean weighted by examples, exact and rounded to the nearest integer, ties to even.
  public static long mean(long[] values, Updates updates) {
    long first = values[0];
    if (Arrays.stream(values).allMatch(value -> value == first)) {
      return first;
    }
    BigInteger sum = BigInteger.ZERO;
    for (int i = 0; i < values.length; i++) {
      BigInteger weight = BigInteger.valueOf(updates.list().get(i).examples());
      sum = sum.add(BigInteger.valueOf(values[i]).multiply(weight));
    }
    return rounded(sum, updates.examples());
  }

  /// The median: the middle value, or the mean of both, rounded to the nearest integer, ties to
  /// even.
  public static long median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return meanOfSorted(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1);
  }

  /// The mean of what is left without so many of the least and of the largest values, rounded to
  /// the nearest integer, ties to even.
  public static long trimmedMean(long[] values, int cut) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return meanOfSorted(sorted, cut, sorted.length - cut);
  }

  private static long meanOfSorted(long[] sorted, int from, int to) {
    BigInteger sum = BigInteger.ZERO;
    for (int i = from; i < to; i++) {
      sum = sum.add(BigInteger.valueOf(sorted[i]));
    }
    return rounded(sum, to - from);
  }

  private static long rounded(BigInteger sum, long count) {
    return new BigDecimal(sum)
        .divide(BigDecimal.valueOf(count), 0, RoundingMode.HALF_EVEN)
        .longValueExact();
  }
}
