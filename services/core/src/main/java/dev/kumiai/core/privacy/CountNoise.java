package dev.kumiai.core.privacy;

import java.math.BigInteger;
import java.util.random.RandomGenerator;

/// Whole-numbered noise with an exact distribution, and what it costs.
///
/// Both kinds are drawn by the algorithms of Canonne, Kamath and Steinke 2020 (arXiv 2004.00010)
/// from rational parameters, without floating point: the noise of rounded numbers has gaps by which
/// one can tell what it was added to (Mironov 2012). How long a draw takes depends on what is
/// drawn, which only someone who measures the process can see.
///
/// A library was looked for first: of those that Maven Central has, Google's
/// `com.google.privacy:differentialprivacy` 1.0.0 (2021, its one release) rounds floating-point
/// Laplace and Gaussian noise to a grid, takes no rational parameter and no source of randomness,
/// and brings Guava, Protocol Buffers 3.15 and Commons Math; nothing else for the JVM was found.
public sealed interface CountNoise {

  /// One draw. For released numbers `random` has to be a [java.security.SecureRandom].
  long draw(RandomGenerator random);

  /// What one released histogram costs, of whose counts one sample changes one by 1.
  PrivacyLoss loss();

  /// A stable name for records.
  String name();

  /// Discrete Laplace: `P(x) = (e^s - 1)/(e^s + 1) e^(-s |x|)` with s = epsilon;
  /// epsilon-differential privacy for a sum of absolute changes of 1.
  ///
  /// @param epsilon above 0
  record Laplace(Rational epsilon) implements CountNoise {

    @Override
    public long draw(RandomGenerator random) {
      Rational scale = epsilon.inverse();
      return laplace(new ExactCoins(random), scale.numerator(), scale.denominator())
          .longValueExact();
    }

    @Override
    public PrivacyLoss loss() {
      return new PrivacyLoss(epsilon.toDouble(), 0);
    }

    @Override
    public String name() {
      return "discrete-laplace";
    }
  }

  /// Discrete Gaussian: `P(x)` proportional to `e^(-x^2 / (2 v))` with the variance parameter `v =
  /// 1/(2 rho)`; rho-zero-concentrated differential privacy for a root of summed squared changes of
  /// 1 (theorem 4 of the paper).
  ///
  /// @param rho above 0
  record Gaussian(Rational rho) implements CountNoise {

    @Override
    public long draw(RandomGenerator random) {
      return gaussian(new ExactCoins(random), rho.times(Rational.of(2, 1)).inverse())
          .longValueExact();
    }

    @Override
    public PrivacyLoss loss() {
      return new PrivacyLoss(0, rho.toDouble());
    }

    @Override
    public String name() {
      return "discrete-gaussian";
    }
  }

  /// Algorithm 2: discrete Laplace noise of the scale `t/s`.
  private static BigInteger laplace(ExactCoins coins, BigInteger t, BigInteger s) {
    while (true) {
      BigInteger low = coins.below(t);
      if (!coins.exp(low, t)) {
        continue;
      }
      BigInteger high = BigInteger.ZERO;
      while (coins.exp(BigInteger.ONE, BigInteger.ONE)) {
        high = high.add(BigInteger.ONE);
      }
      BigInteger size = low.add(t.multiply(high)).divide(s);
      boolean negative = coins.fraction(BigInteger.ONE, BigInteger.TWO);
      if (!negative) {
        return size;
      }
      if (size.signum() > 0) {
        return size.negate();
      }
    }
  }

  /// Algorithm 3: discrete Gaussian noise by rejection from discrete Laplace noise.
  private static BigInteger gaussian(ExactCoins coins, Rational variance) {
    BigInteger t = variance.floor().sqrt().add(BigInteger.ONE);
    BigInteger n = variance.numerator();
    BigInteger d = variance.denominator();
    while (true) {
      BigInteger drawn = laplace(coins, t, BigInteger.ONE);
      // (|y| - v/t)^2 / (2 v) with v = n/d is (|y| d t - n)^2 / (2 n d t^2)
      BigInteger root = drawn.abs().multiply(d).multiply(t).subtract(n);
      BigInteger denominator = BigInteger.TWO.multiply(n).multiply(d).multiply(t).multiply(t);
      if (coins.exp(root.multiply(root), denominator)) {
        return drawn;
      }
    }
  }
}
