package dev.kumiai.core.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.strategy.catalogue.StrategyKind;
import dev.kumiai.core.strategy.robust.Bulyan;
import dev.kumiai.core.strategy.robust.CenteredClipping;
import dev.kumiai.core.strategy.robust.CoordinateMedian;
import dev.kumiai.core.strategy.robust.GeometricMedian;
import dev.kumiai.core.strategy.robust.Krum;
import dev.kumiai.core.strategy.robust.MultiKrum;
import dev.kumiai.core.strategy.robust.NormClipping;
import dev.kumiai.core.strategy.robust.TrimmedMean;
import dev.kumiai.core.strategy.server.FedAvgM;
import dev.kumiai.core.strategy.server.FedBuff;
import dev.kumiai.core.strategy.server.FedExP;
import dev.kumiai.core.strategy.server.FedNova;
import dev.kumiai.core.strategy.server.QFedAvg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/// What holds for all updates.
class StrategyLawsTest {

  private static final String SEED = "20231210";
  private static final int TRIES = 30;

  private Path folder = Path.of("");
  private Models models = new Models(folder);

  @BeforeTry
  void store() throws IOException {
    folder = Files.createTempDirectory("strategy-laws");
    models = new Models(folder);
  }

  @AfterTry
  void delete() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /// All but SCAFFOLD, whose updates have further tensors.
  @Provide
  Arbitrary<StrategyKind> kinds() {
    return Arbitraries.of(StrategyKind.class).filter(kind -> kind != StrategyKind.SCAFFOLD);
  }

  /// Those that a plain mean is the model of: the changes of all sites in full.
  @Provide
  Arbitrary<Strategy> means() {
    return Arbitraries.of(
        new FedAvg(),
        FedNova.DEFAULT,
        FedExP.DEFAULT,
        new QFedAvg(0, 0.1),
        FedBuff.DEFAULT,
        new CoordinateMedian(),
        TrimmedMean.DEFAULT,
        Krum.DEFAULT,
        MultiKrum.DEFAULT,
        Bulyan.DEFAULT,
        GeometricMedian.DEFAULT);
  }

  @Property(seed = SEED, tries = TRIES)
  void arrivalAndThreadsChangeNoBit(
      @ForAll("kinds") StrategyKind kind,
      @ForAll @IntRange(min = 7, max = 12) int sites,
      @ForAll long seed)
      throws IOException {
    Strategy strategy = kind.strategy(Map.of());
    RoundOfUpdates round = RoundOfUpdates.random(sites, 5_000, seed);

    Updates one = round.store(models, new Random(seed));
    Updates other = round.store(models, new Random(seed + 1));

    assertThat(Digest.of(models.round(strategy, 3, other, Map.of()).file()))
        .isEqualTo(Digest.of(models.round(strategy, 1, one, Map.of()).file()));
  }

  @Property(seed = SEED, tries = TRIES)
  void whoSentWhatDoesNotMatter(
      @ForAll("kinds") StrategyKind kind,
      @ForAll @IntRange(min = 7, max = 12) int sites,
      @ForAll long seed)
      throws IOException {
    Strategy strategy = kind.strategy(Map.of());
    RoundOfUpdates round = RoundOfUpdates.random(sites, 20, seed).withEqualSites();
    float[] next = round.next(strategy, models);

    Collections.shuffle(Arrays.asList(round.values), new Random(seed));
    float[] exchanged = round.next(strategy, models);

    for (int i = 0; i < next.length; i++) {
      assertThat((double) exchanged[i] - next[i]).as("%s", kind).isBetween(-1e-6, 1e-6);
    }
  }

  @Property(seed = SEED, tries = TRIES)
  void aModelThatNobodyChangesStays(
      @ForAll("kinds") StrategyKind kind,
      @ForAll @IntRange(min = 7, max = 12) int sites,
      @ForAll long seed)
      throws IOException {
    RoundOfUpdates round = RoundOfUpdates.random(sites, 20, seed);
    Arrays.fill(round.values, round.global);

    assertThat(numbers(round.next(kind.strategy(Map.of()), models)))
        .isEqualTo(numbers(round.global));
  }

  @Property(seed = SEED, tries = TRIES)
  void equalUpdatesAreTheNextModel(
      @ForAll("means") Strategy strategy,
      @ForAll @IntRange(min = 7, max = 12) int sites,
      @ForAll long seed)
      throws IOException {
    RoundOfUpdates round = RoundOfUpdates.random(sites, 20, seed);
    Arrays.fill(round.values, round.values[0]);
    if (strategy instanceof FedNova) {
      round.withEqualSites();
    }

    assertThat(numbers(round.next(strategy, models))).isEqualTo(numbers(round.values[0]));
  }

  /// With -0 as 0: a sum that starts with 0 has no -0.
  private static List<Float> numbers(float[] values) {
    List<Float> numbers = new ArrayList<>();
    for (float value : values) {
      numbers.add(value + 0f);
    }
    return numbers;
  }

  @Property(seed = SEED, tries = TRIES)
  void neutralParametersAreFedAvgBitByBit(
      @ForAll @IntRange(min = 3, max = 12) int sites, @ForAll long seed) throws IOException {
    RoundOfUpdates round = RoundOfUpdates.random(sites, 50, seed);
    float[] weighted = round.next(new FedAvg(), models);

    for (Strategy neutral :
        List.of(
            new FedAvgM(1, 0),
            new FedExP(1e9),
            new GeometricMedian(1, 1e9),
            new NormClipping(1e9))) {
      assertThat(round.next(neutral, models)).as("%s", neutral).containsExactly(weighted);
    }

    round.withEqualSites();
    float[] plain = round.next(new FedAvg(), models);
    for (Strategy neutral :
        List.of(
            new FedNova(0),
            new FedNova(0.9),
            new QFedAvg(0, 0.1),
            new FedBuff(1),
            new TrimmedMean(0),
            new MultiKrum(0, sites),
            new Bulyan(0),
            new CenteredClipping(1e9, 1))) {
      assertThat(round.next(neutral, models)).as("%s", neutral).containsExactly(plain);
    }
  }

  @Property(seed = SEED, tries = TRIES)
  void outliersLeaveOrderStatisticsInTheHonestRange(
      @ForAll @IntRange(min = 1, max = 4) int outliers, @ForAll long seed) throws IOException {
    RoundOfUpdates round = withOutliers(2 * outliers + 1, outliers, seed);

    assertInRange(round, outliers, 0, round.next(new CoordinateMedian(), models));
    assertInRange(round, outliers, 0, round.next(new TrimmedMean(outliers), models));
  }

  @Property(seed = SEED, tries = TRIES)
  void distantOutliersAreNotChosen(
      @ForAll @IntRange(min = 1, max = 3) int outliers, @ForAll long seed) throws IOException {
    RoundOfUpdates round = withOutliers(4 * outliers + 3, outliers, seed);

    assertInRange(round, outliers, 0, round.next(new Krum(outliers), models));
    assertInRange(round, outliers, 0, round.next(new MultiKrum(outliers, 0), models));
    assertInRange(round, outliers, 0, round.next(new Bulyan(outliers), models));
  }

  /// Near the honest, where Krum may choose them.
  @Property(seed = SEED, tries = TRIES)
  void noOutlierMovesBulyanFartherThanHonestOnesAreApart(
      @ForAll @IntRange(min = 1, max = 3) int outliers, @ForAll long seed) throws IOException {
    RoundOfUpdates round = RoundOfUpdates.random(4 * outliers + 3, 20, seed);
    Random random = new Random(seed);
    for (int site = 0; site < outliers; site++) {
      round.values[site] = round.values[outliers].clone();
      round.values[site][random.nextInt(20)] = 100 * random.nextFloat() - 50;
    }

    assertInRange(round, outliers, 1, round.next(new Bulyan(outliers), models));
  }

  /// `2 (n - f) / (n - 2f)` times how far the honest are apart (Pillutla et al. 2019).
  @Property(seed = SEED, tries = TRIES)
  void distantOutliersMoveTheGeometricMedianNoFartherThanItsBound(
      @ForAll @IntRange(min = 1, max = 3) int outliers, @ForAll long seed) throws IOException {
    RoundOfUpdates round = withOutliers(3 * outliers + 1, outliers, seed).withEqualSites();

    float[] next = round.next(GeometricMedian.DEFAULT, models);

    int honest = round.sites() - outliers;
    RoundOfUpdates others = round.without(outliers);
    float[] mean = others.next(new FedAvg(), models);
    double spread = 0;
    for (float[] update : others.values) {
      spread = Math.max(spread, distance(mean, update));
    }
    assertThat(distance(mean, next)).isLessThan(2.0 * honest / (honest - outliers) * spread);
  }

  @Property(seed = SEED, tries = TRIES)
  void clippingBoundsTheStep(@ForAll @IntRange(min = 1, max = 4) int outliers, @ForAll long seed)
      throws IOException {
    RoundOfUpdates round = withOutliers(2 * outliers + 1, outliers, seed);

    assertThat(distance(round.global, round.next(new NormClipping(0.5), models)))
        .isLessThan(0.5 * (1 + 1e-5));
    assertThat(distance(round.global, round.next(new CenteredClipping(0.25, 2), models)))
        .isLessThan(0.5 * (1 + 1e-5));
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow((double) a[i] - b[i], 2);
    }
    return Math.sqrt(sum);
  }

  /// The first so many sites send what they like: huge, alike or not.
  private static RoundOfUpdates withOutliers(int sites, int outliers, long seed) {
    RoundOfUpdates round = RoundOfUpdates.random(sites, 20, seed);
    Random random = new Random(seed);
    float size = random.nextBoolean() ? 1e30f : 1e4f;
    boolean alike = random.nextBoolean();
    for (int site = 0; site < outliers; site++) {
      if (alike && site > 0) {
        round.values[site] = round.values[0];
      } else {
        for (int i = 0; i < 20; i++) {
          round.values[site][i] = (random.nextBoolean() ? size : -size) * (1 + random.nextFloat());
        }
      }
    }
    return round;
  }

  /// @param widths by how many widths of the honest range an element may lie outside of it
  private static void assertInRange(
      RoundOfUpdates round, int outliers, double widths, float[] next) {
    for (int i = 0; i < next.length; i++) {
      double least = Double.POSITIVE_INFINITY;
      double largest = Double.NEGATIVE_INFINITY;
      for (int site = outliers; site < round.sites(); site++) {
        least = Math.min(least, round.values[site][i]);
        largest = Math.max(largest, round.values[site][i]);
      }
      double beyond = widths * (largest - least);
      assertThat((double) next[i]).isBetween(least - beyond, largest + beyond);
    }
  }
}
