package dev.kumiai.core.budget;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Two ways to share out a whole number in whole numbers, exactly. Where they have to choose
/// between equals, the one that has less comes first, then the one that is earlier in the list.
final class Shares {

  private Shares() {}

  /// Shares in proportion to weights: each gets its quota `total * weight / sum` rounded down, and
  /// the largest remainders get one more until nothing is left (Hamilton's rule).
  ///
  /// @param weights not negative, not all 0
  /// @param has what decides between equal remainders
  static List<Long> largestRemainder(List<BigInteger> weights, List<Long> has, long total) {
    BigInteger sum = weights.stream().reduce(BigInteger.ZERO, BigInteger::add);
    long[] shares = new long[weights.size()];
    List<BigInteger> remainders = new ArrayList<>();
    long left = total;
    for (int i = 0; i < shares.length; i++) {
      BigInteger[] quota =
          BigInteger.valueOf(total).multiply(weights.get(i)).divideAndRemainder(sum);
      shares[i] = quota[0].longValueExact();
      remainders.add(quota[1]);
      left -= shares[i];
    }
    IntStream.range(0, shares.length)
        .boxed()
        .sorted(
            Comparator.comparing(remainders::get, Collections.reverseOrder())
                .thenComparing(has::get)) // a stable sort: the earlier one comes first
        .limit(left)
        .forEach(i -> shares[i]++);
    return Arrays.stream(shares).boxed().toList();
  }

  /// Fills those that have least up to one level: `max(0, L - has)`. The level is `floor(L)` for
  /// some and one higher for the others when it is not whole.
  static List<Long> waterFilling(List<Long> has, long total) {
    List<Integer> poorestFirst =
        IntStream.range(0, has.size()).boxed().sorted(Comparator.comparing(has::get)).toList();
    int filled = 0;
    long volume = total; // of the filled ones up to their level, from 0
    while (filled < has.size() && volume > filled * has.get(poorestFirst.get(filled))) {
      volume += has.get(poorestFirst.get(filled));
      filled++;
    }
    long[] shares = new long[has.size()];
    for (int rank = 0; rank < filled; rank++) {
      int i = poorestFirst.get(rank);
      shares[i] = volume / filled - has.get(i) + (rank < volume % filled ? 1 : 0);
    }
    return Arrays.stream(shares).boxed().toList();
  }
}
