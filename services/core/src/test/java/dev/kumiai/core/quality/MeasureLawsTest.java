package dev.kumiai.core.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/// What holds for all sets, those with fewer samples than dimensions included.
class MeasureLawsTest {

  private static final String SEED = "20231210";

  /// Two sets in one space.
  record Pair(Embeddings one, Embeddings other) {}

  @Provide
  Arbitrary<Pair> pairs() {
    return Combinators.combine(
            Arbitraries.integers().between(6, 40),
            Arbitraries.integers().between(6, 40),
            Arbitraries.integers().between(1, 24),
            Arbitraries.longs())
        .as(
            (n, m, d, seed) -> {
              Random random = new Random(seed);
              return new Pair(cloud(n, d, 0, 1, random), cloud(m, d, 0.5, 2, random));
            });
  }

  private static Embeddings cloud(int count, int d, double shift, double scale, Random random) {
    float[] values = new float[count * d];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * scale + shift);
    }
    return Embeddings.of(count, d, values);
  }

  @Property(seed = SEED, tries = 200)
  void frechetDistanceOfASetToItselfIsZero(@ForAll("pairs") Pair pair) {
    assertThat(FrechetDistance.between(pair.one(), pair.one()))
        .isBetween(0.0, 1e-9 * (1 + pair.one().dimensions()));
  }

  @Property(seed = SEED, tries = 200)
  void frechetDistanceIsSymmetricAndNotNegative(@ForAll("pairs") Pair pair) {
    double there = FrechetDistance.between(pair.one(), pair.other());
    double back = FrechetDistance.between(pair.other(), pair.one());

    assertThat(there).isNotNegative().isCloseTo(back, within(1e-9 * (1 + there)));
  }

  /// Equal covariances leave the distance of the means alone, with any number of samples.
  @Property(seed = SEED, tries = 200)
  void movingASetMovesItByTheSquaredLengthOfTheWay(
      @ForAll("pairs") Pair pair, @ForAll @IntRange(min = -8, max = 8) int way) {
    Embeddings moved = mapped(pair.one(), value -> value + way);

    double expected = (double) way * way * pair.one().dimensions();
    assertThat(FrechetDistance.between(pair.one(), moved))
        .isCloseTo(expected, within(1e-4 * (1 + expected)));
  }

  /// `tr (S (c^2 S))^(1/2) = c tr S`, so the distance is `(1 - c)^2 tr S` around a common mean of
  /// 0.
  @Property(seed = SEED, tries = 200)
  void stretchingASetGrowsQuadratically(
      @ForAll("pairs") Pair pair, @ForAll @IntRange(min = 1, max = 6) int factor) {
    Embeddings one = withoutMean(pair.one());

    double once = FrechetDistance.between(one, mapped(one, value -> 2 * value));
    double more = FrechetDistance.between(one, mapped(one, value -> (1 + factor) * value));

    assertThat(more).isCloseTo(once * factor * factor, within(1e-4 * (1 + more)));
  }

  @Property(seed = SEED, tries = 200)
  void orderOfSamplesChangesNothing(@ForAll("pairs") Pair pair, @ForAll Random random) {
    Embeddings shuffled = pair.one().select(permutation(pair.one().count(), random));

    assertThat(FrechetDistance.between(shuffled, pair.other()))
        .isCloseTo(FrechetDistance.between(pair.one(), pair.other()), within(1e-8));
    assertThat(KernelDistance.between(shuffled, pair.other()).value())
        .isCloseTo(
            KernelDistance.between(pair.one(), pair.other()).value(),
            within(1e-9 * magnitude(pair)));
    assertThat(Manifolds.precisionRecall(shuffled, pair.other(), 3))
        .isEqualTo(Manifolds.precisionRecall(pair.one(), pair.other(), 3));
    assertThat(Manifolds.densityCoverage(shuffled, pair.other(), 5).coverage())
        .isEqualTo(Manifolds.densityCoverage(pair.one(), pair.other(), 5).coverage());
    assertThat(ClosestRecord.of(pair.other(), shuffled))
        .isEqualTo(ClosestRecord.of(pair.other(), pair.one()));
  }

  /// The largest kernel there is, whose rounding every sum has.
  private static double magnitude(Pair pair) {
    double largest = 0;
    for (Embeddings set : new Embeddings[] {pair.one(), pair.other()}) {
      for (int i = 0; i < set.count(); i++) {
        largest = Math.max(largest, set.dot(i, set, i) / set.dimensions() + 1);
      }
    }
    return largest * largest * largest;
  }

  /// No pair of a sample with itself may count: else two sets of one distribution seem to differ.
  @Property(seed = SEED, tries = 20)
  void kernelDistanceOfOneDistributionIsZeroOnAverage(
      @ForAll Random random, @ForAll @IntRange(min = 4, max = 16) int d) {
    int draws = 200;
    double mean = 0;
    double squares = 0;
    for (int draw = 0; draw < draws; draw++) {
      double value =
          KernelDistance.between(cloud(10, d, 0, 1, random), cloud(8, d, 0, 1, random)).value();
      mean += value / draws;
      squares += value * value / draws;
    }

    assertThat(Math.abs(mean)).isLessThan(4.5 * Math.sqrt(squares / draws));
  }

  @Property(seed = SEED, tries = 200)
  void aSetLiesWhollyInItself(@ForAll("pairs") Pair pair) {
    var shares = Manifolds.precisionRecall(pair.one(), pair.one(), 3);
    var depths = Manifolds.densityCoverage(pair.one(), pair.one(), 5);

    assertThat(shares.precision()).isEqualTo(1);
    assertThat(shares.recall()).isEqualTo(1);
    // Each ball has its centre and five neighbours in it.
    assertThat(depths.density()).isCloseTo(6.0 / 5, within(1e-12));
    assertThat(depths.coverage()).isEqualTo(1);
  }

  @Property(seed = SEED, tries = 100)
  void aSetFarAwayLiesNowhere(@ForAll("pairs") Pair pair) {
    Embeddings far = mapped(pair.other(), value -> value + 1_000);

    assertThat(Manifolds.precisionRecall(pair.one(), far, 3))
        .isEqualTo(new Manifolds.PrecisionRecall(0, 0));
    assertThat(Manifolds.densityCoverage(pair.one(), far, 5))
        .isEqualTo(new Manifolds.DensityCoverage(0, 0));
  }

  @Property(seed = SEED, tries = 200)
  void precisionOfOneIsTheRecallOfTheOther(@ForAll("pairs") Pair pair) {
    assertThat(Manifolds.precisionRecall(pair.one(), pair.other(), 3).precision())
        .isEqualTo(Manifolds.precisionRecall(pair.other(), pair.one(), 3).recall());
  }

  @Property(seed = SEED, tries = 100)
  void copiesHaveTheirRecordAtNoDistance(@ForAll("pairs") Pair pair) {
    ClosestRecord closest = ClosestRecord.of(pair.one(), pair.one());

    assertThat(closest.median()).isZero();
    assertThat(closest.fifthPercentile()).isZero();
    assertThat(closest.privateMedian()).isPositive();
  }

  /// With a fraction of 1, half of all samples or more are at least as far from their nearest
  /// other.
  @Property(seed = SEED, tries = 100)
  void spacingIsTheMedianDistanceToTheNearestOther(
      @ForAll("pairs") Pair pair, @ForAll @DoubleRange(min = 0.01, max = 1) double fraction) {
    Embeddings set = pair.one();
    Spacing spacing =
        Spacing.of(
            set.count(),
            (one, other) -> Math.sqrt(set.squaredDistance(one, set, other)),
            (one, other, _) -> 1e9 * Math.sqrt(set.squaredDistance(one, set, other)));

    if (set.count() < Spacing.LEAST) {
      assertThat(spacing).isEqualTo(Spacing.UNKNOWN);
    } else {
      double[] nearest = Neighbours.kthDistances(set, 1);
      assertThat(spacing.embedding()).isEqualTo(Neighbours.median(nearest));
      assertThat(spacing.levels()).isCloseTo(1e9 * spacing.embedding(), within(1.0));
      assertThat(
              IntStream.range(0, nearest.length)
                  .filter(i -> spacing.isCopy(nearest[i], 1e9 * nearest[i], fraction)))
          .hasSizeLessThanOrEqualTo(nearest.length / 2);
    }
  }

  private interface Map {
    double of(double value);
  }

  private static Embeddings mapped(Embeddings set, Map map) {
    float[] values = new float[set.count() * set.dimensions()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) map.of(set.value(i / set.dimensions(), i % set.dimensions()));
    }
    return Embeddings.of(set.count(), set.dimensions(), values);
  }

  private static Embeddings withoutMean(Embeddings set) {
    float[] values = new float[set.count() * set.dimensions()];
    for (int c = 0; c < set.dimensions(); c++) {
      double mean = 0;
      for (int i = 0; i < set.count(); i++) {
        mean += set.value(i, c) / set.count();
      }
      for (int i = 0; i < set.count(); i++) {
        values[i * set.dimensions() + c] = (float) (set.value(i, c) - mean);
      }
    }
    return Embeddings.of(set.count(), set.dimensions(), values);
  }

  private static int[] permutation(int count, Random random) {
    int[] order = IntStream.range(0, count).toArray();
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}
