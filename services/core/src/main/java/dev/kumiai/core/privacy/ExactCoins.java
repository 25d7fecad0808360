package dev.kumiai.core.privacy;

import java.math.BigInteger;
import java.util.random.RandomGenerator;

/// Coins that fall with exactly the probability that is asked for, from a source of uniform bits:
/// no floating-point number is drawn or compared (Canonne, Kamath and Steinke 2020, arXiv
/// 2004.00010, algorithm 1).
final class ExactCoins {

  private final RandomGenerator bits;

  ExactCoins(RandomGenerator bits) {
    this.bits = bits;
  }

  /// A whole number from 0 to below `bound`, by drawing as many bits as it has until they fit.
  BigInteger below(BigInteger bound) {
    int length = bound.subtract(BigInteger.ONE).bitLength();
    byte[] bytes = new byte[(length + 7) / 8];
    while (true) {
      bits.nextBytes(bytes);
      BigInteger drawn = new BigInteger(1, bytes).shiftRight(bytes.length * 8 - length);
      if (drawn.compareTo(bound) < 0) {
        return drawn;
      }
    }
  }

  /// True with probability `numerator / denominator`, from 0 to 1.
  boolean fraction(BigInteger numerator, BigInteger denominator) {
    return below(denominator).compareTo(numerator) < 0;
  }

  /// True with probability `exp(-numerator / denominator)`, which is at least 0.
  boolean exp(BigInteger numerator, BigInteger denominator) {
    BigInteger[] parts = numerator.divideAndRemainder(denominator);
    for (BigInteger i = BigInteger.ZERO; i.compareTo(parts[0]) < 0; i = i.add(BigInteger.ONE)) {
      if (!expOfFraction(BigInteger.ONE, BigInteger.ONE)) {
        return false;
      }
    }
    return expOfFraction(parts[1], denominator);
  }

  /// For an exponent from 0 to 1: the number of the first failure of coins of `g/1, g/2, g/3 ...`
  /// is odd with probability `exp(-g)`.
  private boolean expOfFraction(BigInteger numerator, BigInteger denominator) {
    long k = 1;
    while (fraction(numerator, denominator.multiply(BigInteger.valueOf(k)))) {
      k++;
    }
    return k % 2 == 1;
  }
}
