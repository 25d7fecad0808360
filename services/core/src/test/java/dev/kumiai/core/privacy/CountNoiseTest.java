package dev.kumiai.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kumiai.core.KumiaiException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.LongToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Draws from fixed seeds follow the probabilities of the paper, by Pearson's chi-square test.
class CountNoiseTest {

  private static final int DRAWS = 20_000;
  private static final int LEAST_EXPECTED = 10;

  private static RandomGenerator seeded(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "3, 10", "2, 1", "1, 20", "17, 5"})
  void laplaceNoiseHasItsProbabilities(long numerator, long denominator) {
    CountNoise noise = new CountNoise.Laplace(Rational.of(numerator, denominator));
    RandomGenerator random = seeded(1);
    double s = (double) numerator / denominator;

    assertFollows(
        () -> noise.draw(random),
        x -> Math.expm1(s) / (Math.exp(s) + 1) * Math.exp(-s * Math.abs(x)));
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "3, 100", "2, 1", "1, 800", "17, 5"})
  void gaussianNoiseHasItsProbabilities(long numerator, long denominator) {
    CountNoise noise = new CountNoise.Gaussian(Rational.of(numerator, denominator));
    RandomGenerator random = seeded(2);
    double variance = denominator / (2.0 * numerator);
    double sum = 0;
    for (int x = -2_000; x <= 2_000; x++) {
      sum += Math.exp(-x * x / (2 * variance));
    }
    double all = sum;

    assertFollows(() -> noise.draw(random), x -> Math.exp(-x * x / (2 * variance)) / all);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 3", "1, 1", "7, 2"})
  void coinsFallWithTheProbabilityOfAnExponential(long numerator, long denominator) {
    ExactCoins coins = new ExactCoins(seeded(3));
    double p = Math.exp(-(double) numerator / denominator);

    assertFollows(
        () -> coins.exp(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator)) ? 1 : 0,
        x -> x == 1 ? p : x == 0 ? 1 - p : 0);
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "10", "256", "257"})
  void wholeNumbersAreDrawnEquallyOften(int bound) {
    ExactCoins coins = new ExactCoins(seeded(4));

    assertFollows(
        () -> coins.below(BigInteger.valueOf(bound)).longValueExact(),
        x -> x >= 0 && x < bound ? 1.0 / bound : 0);
  }

  /// Values with fewer than ten expected draws count as one; the statistic of k cells has mean k -
  /// 1 and variance 2 (k - 1), and five deviations are chance once in a million.
  private static void assertFollows(LongSupplier draw, LongToDoubleFunction probability) {
    Map<Long, Integer> seen = new TreeMap<>();
    for (int i = 0; i < DRAWS; i++) {
      seen.merge(draw.getAsLong(), 1, Integer::sum);
    }
    double statistic = 0;
    int cells = 0;
    double expectedRest = DRAWS;
    int seenRest = DRAWS;
    for (long x = -2_000; x <= 2_000; x++) {
      double expected = DRAWS * probability.applyAsDouble(x);
      if (expected >= LEAST_EXPECTED) {
        int count = seen.getOrDefault(x, 0);
        statistic += (count - expected) * (count - expected) / expected;
        cells++;
        expectedRest -= expected;
        seenRest -= count;
      }
    }
    if (expectedRest >= LEAST_EXPECTED) {
      statistic += (seenRest - expectedRest) * (seenRest - expectedRest) / expectedRest;
      cells++;
    } else {
      assertThat(seenRest).isLessThanOrEqualTo((int) (expectedRest + 30));
    }
    int freedom = Math.max(0, cells - 1);
    assertThat(statistic).isLessThan(freedom + 5 * Math.sqrt(2.0 * freedom) + 1e-6);
  }

  @Test
  void aSecureSourceWorksAsWell() {
    CountNoise noise = new CountNoise.Laplace(Rational.of(1, 1));
    SecureRandom random = new SecureRandom();

    for (int i = 0; i < 200; i++) {
      assertThat(noise.draw(random)).isBetween(-200L, 200L);
    }
  }

  @Test
  void noiseCostsItsParameter() {
    assertThat(new CountNoise.Laplace(Rational.of(1, 2)).loss()).isEqualTo(new PrivacyLoss(0.5, 0));
    assertThat(new CountNoise.Gaussian(Rational.of(1, 8)).loss())
        .isEqualTo(new PrivacyLoss(0, 0.125));
  }

  @Test
  void lossesAddUpAndConvert() {
    PrivacyLoss loss =
        new PrivacyLoss(0.5, 0.2).plus(new PrivacyLoss(0.25, 0.3)).plus(PrivacyLoss.NONE);

    assertThat(loss.epsilon()).isEqualTo(0.75);
    assertThat(loss.rho()).isEqualTo(0.5);
    // 0.75 + 0.5 + 2 sqrt(0.5 * 11.512925)
    assertThat(loss.epsilonAt(1e-5)).isCloseTo(6.048527, within(1e-5));
    assertThat(new PrivacyLoss(0.75, 0).epsilonAt(0)).isEqualTo(0.75);
  }

  @ParameterizedTest
  @CsvSource({"0.1, 1e-6", "1, 1e-6", "8, 1e-9", "0.0001, 0.1"})
  void rhoIsTheLargestThatKeepsItsEpsilon(String epsilon, double delta) {
    Rational wanted = Rational.of(new BigDecimal(epsilon));
    Rational rho = PrivacyLoss.rho(wanted, delta);

    double reached = new PrivacyLoss(0, rho.toDouble()).epsilonAt(delta);
    assertThat(reached).isBetween(wanted.toDouble() * (1 - 1e-9), wanted.toDouble() * (1 + 1e-9));
  }

  @Test
  void decimalsStayExact() {
    assertThat(Rational.of(new BigDecimal("0.1"))).isEqualTo(Rational.of(1, 10));
    assertThat(Rational.of(new BigDecimal("2E+2"))).isEqualTo(Rational.of(200, 1));
    assertThat(Rational.of(6, 4)).hasToString("3/2");
    assertThatThrownBy(() -> Rational.of(new BigDecimal("-0.1")))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("a privacy parameter is above 0");
  }
}
