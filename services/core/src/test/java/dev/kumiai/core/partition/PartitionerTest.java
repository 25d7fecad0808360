package dev.kumiai.core.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunSeed;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionerTest {

  private static final int CLASSES = 10;

  private static RandomGenerator random(long seed) {
    return new RunSeed(seed).generator("test", 0, "");
  }

  /// As many samples of each class as `perClass` says, in no order.
  private static int[] labels(int perClass) {
    return IntStream.range(0, perClass * CLASSES).map(i -> i * 7 % CLASSES).toArray();
  }

  private static int[] countPerClass(int[] part, int[] labels) {
    int[] counts = new int[CLASSES];
    for (int sample : part) {
      counts[labels[sample]]++;
    }
    return counts;
  }

  @ParameterizedTest
  @ValueSource(strings = {"iid", "dirichlet:0.05", "dirichlet:1:3", "shards:2"})
  void everySampleIsAtExactlyOneSite(String partition) {
    int[] labels = labels(123);
    for (int sites = 1; sites <= 7; sites++) {
      List<int[]> parts = Partitioner.parse(partition).assign(labels, sites, random(sites));

      assertThat(parts).hasSize(sites);
      assertThat(parts.stream().flatMapToInt(Arrays::stream).sorted().toArray())
          .isEqualTo(IntStream.range(0, labels.length).toArray());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"iid", "dirichlet:0.1", "shards:2"})
  void sameSeedGivesTheSameParts(String partition) {
    int[] labels = labels(100);
    Partitioner partitioner = Partitioner.parse(partition);

    List<int[]> once = partitioner.assign(labels, 5, random(3));
    List<int[]> again = partitioner.assign(labels, 5, random(3));
    List<int[]> other = partitioner.assign(labels, 5, random(4));

    assertThat(again).usingRecursiveComparison().isEqualTo(once);
    assertThat(other).usingRecursiveComparison().isNotEqualTo(once);
  }

  @Test
  void iidSharesEveryClassUpToOneSample() {
    int[] labels = labels(33);

    List<int[]> parts = Partitioner.parse("iid").assign(labels, 4, random(1));

    for (int[] part : parts) {
      assertThat(countPerClass(part, labels)).containsOnly(8, 9);
    }
    assertThat(parts.stream().mapToInt(part -> part.length)).allMatch(n -> n == 82 || n == 83);
  }

  @Test
  void dirichletRespectsItsMinimum() {
    Partitioner partitioner = Partitioner.parse("dirichlet:0.1:50");

    for (int seed = 0; seed < 20; seed++) {
      assertThat(partitioner.assign(labels(100), 5, random(seed)))
          .allMatch(part -> part.length >= 50);
    }
  }

  @Test
  void aSmallBetaIsMoreOneSidedThanALargeOne() {
    assertThat(largestClassShare("dirichlet:0.1"))
        .isGreaterThan(largestClassShare("dirichlet:1") + 0.1);
    assertThat(largestClassShare("dirichlet:1"))
        .isGreaterThan(largestClassShare("dirichlet:100") + 0.1);
  }

  /// The share of a site's largest class, over sites and seeds.
  private static double largestClassShare(String partition) {
    int[] labels = labels(200);
    return IntStream.range(0, 20)
        .mapToObj(seed -> Partitioner.parse(partition).assign(labels, 5, random(seed)))
        .flatMap(List::stream)
        .mapToDouble(
            part ->
                (double) Arrays.stream(countPerClass(part, labels)).max().orElseThrow()
                    / part.length)
        .average()
        .orElseThrow();
  }

  @Test
  void shardsGiveASiteNoMoreClassesThanItsShardsTouch() {
    int[] labels = labels(100);

    List<int[]> parts = Partitioner.parse("shards:2").assign(labels, 5, random(1));

    // 10 shards of 100 samples are one class each.
    for (int[] part : parts) {
      assertThat(part).hasSize(200);
      assertThat(Arrays.stream(countPerClass(part, labels)).filter(n -> n > 0)).hasSize(2);
    }
  }

  @Test
  void domainsBecomeSites() {
    assertThat(Partition.ofDomains(new int[] {1, 0, 1, 2}, 3))
        .usingRecursiveComparison()
        .isEqualTo(List.of(new int[] {1}, new int[] {0, 2}, new int[] {3}));
  }

  /// Mean beta / (n beta) and variance of a component of Dir(beta, ..., beta), by the textbook.
  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.5, 1, 5})
  void dirichletHasItsMeanAndVariance(double beta) {
    int dimensions = 5;
    int draws = 40_000;
    RandomGenerator random = random(1);

    double[] first =
        IntStream.range(0, draws)
            .mapToDouble(_ -> Dirichlets.sample(beta, dimensions, random)[0])
            .toArray();

    double mean = Arrays.stream(first).average().orElseThrow();
    double variance = Arrays.stream(first).map(x -> (x - mean) * (x - mean)).sum() / draws;
    double expectedMean = 1.0 / dimensions;
    double expectedVariance = expectedMean * (1 - expectedMean) / (dimensions * beta + 1);
    assertThat(mean).isCloseTo(expectedMean, within(5 * Math.sqrt(expectedVariance / draws)));
    assertThat(variance).isCloseTo(expectedVariance, within(0.05 * expectedVariance));
  }

  @Test
  void aTinyBetaStillGivesProportions() {
    double[] share = Dirichlets.sample(1e-4, 5, random(1));

    assertThat(Arrays.stream(share).sum()).isCloseTo(1, within(1e-12));
    assertThat(share).doesNotContain(Double.NaN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iid", "domain", "shards:3", "dirichlet:0.1:7"})
  void readsWhatItWrites(String text) {
    assertThat(Partitioner.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "random",
        "iid:2",
        "dirichlet",
        "dirichlet:",
        "dirichlet:x",
        "dirichlet:0",
        "dirichlet:-1",
        "dirichlet:NaN",
        "dirichlet:Infinity",
        "dirichlet:1:-1",
        "dirichlet:1:2:3",
        "shards",
        "shards:0",
        "shards:1.5"
      })
  void rejectsWhatIsNoPartition(String text) {
    assertThatThrownBy(() -> Partitioner.parse(text))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            e -> assertThat(e.code()).isEqualTo("partition-invalid"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dirichlet:0.1:100", "shards:200", "dirichlet:0.001:33"})
  void saysWhenThereAreTooFewSamples(String text) {
    assertThatThrownBy(() -> Partitioner.parse(text).assign(labels(10), 3, random(1)))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            e -> assertThat(e.code()).isEqualTo("partition-impossible"));
  }
}
