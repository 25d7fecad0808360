package dev.kumiai.engine.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Progress;
import dev.kumiai.core.privacy.AttackResult;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.core.quality.FilterCounts;
import dev.kumiai.core.quality.QualityReport;
import dev.kumiai.core.quality.SetMeasures;
import dev.kumiai.engine.data.LabelledImages;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class QualityOfSetTest {

  private final LabelledImages own = Bars.of(1, 90, 70, 4);
  private final SiteEye eye = SiteEye.open(own, 3, Bars.DEVICE, Progress.SILENT);

  @AfterAll
  void close() {
    eye.close();
  }

  private QualityReport measure(LabelledImages generated, BitSet guides) {
    return new QualityOfSet(eye, 5)
        .measure(generated, guides, Map.of("high", FilterCounts.NONE), Progress.SILENT);
  }

  @Test
  void aSetOfTheSameKindIsBetterThanAnotherInEveryMeasure() {
    QualityReport same = measure(Bars.of(2, 80, 80, 0), new BitSet());
    LabelledImages noisy = Bars.nearly(Bars.of(2, 80, 80, 0), 90, 7);
    QualityReport other = measure(noisy, new BitSet());

    SetMeasures good = same.all();
    SetMeasures bad = other.all();
    assertThat(same.embedding()).isEqualTo("site-cnn-128");
    assertThat(good.real()).isEqualTo(164);
    assertThat(good.generated()).isEqualTo(160);
    assertThat(good.frechet()).isLessThan(0.5 * require(bad.frechet()));
    assertThat(require(good.kernel()).value()).isLessThan(0.5 * require(bad.kernel()).value());
    assertThat(require(good.precisionRecall()).precision())
        .isGreaterThan(require(bad.precisionRecall()).precision() + 0.2);
    assertThat(require(good.densityCoverage()).coverage())
        .isGreaterThan(require(bad.densityCoverage()).coverage() + 0.2);
    assertThat(require(good.closestRecord()).median())
        .isLessThan(require(bad.closestRecord()).median());
    assertThat(good.trainRealTestReal()).isGreaterThan(0.9);
    assertThat(good.trainSyntheticTestReal()).isGreaterThan(0.9);
    assertThat(good.trainRealTestSynthetic()).isGreaterThan(0.9);
  }

  @Test
  void labelsThatAreExchangedShowInBothAccuracies() {
    LabelledImages made = Bars.of(2, 60, 60, 0);
    LabelledImages exchanged =
        Bars.as("high", Bars.ofClass("low", made)).plus(Bars.as("low", Bars.ofClass("high", made)));

    SetMeasures all = measure(exchanged, new BitSet()).all();

    assertThat(all.trainSyntheticTestReal()).isLessThan(0.2);
    assertThat(all.trainRealTestSynthetic()).isLessThan(0.2);
    assertThat(all.trainRealTestReal()).isGreaterThan(0.9);
  }

  @Test
  void aClassOfFewImagesHasNoNumbersAndSaysWhy() {
    SetMeasures middle =
        Objects.requireNonNull(
            measure(Bars.of(2, 60, 60, 60), new BitSet()).perClass().get("middle"));

    assertThat(middle.real()).isEqualTo(4);
    assertThat(middle.generated()).isEqualTo(60);
    assertThat(middle.frechet()).isNull();
    assertThat(middle.trainSyntheticTestReal()).isNull();
    assertThat(middle.tooFew())
        .containsEntry("kernel", "takes 20 real and generated samples")
        .containsKey("trainSyntheticTestReal");
  }

  @Test
  void classesWithoutAnySampleAreAbsentAndCountsAreKept() {
    FilterCounts counts = new FilterCounts(60, 0, Map.of(DropReason.DUPLICATE, 3));

    QualityReport report =
        new QualityOfSet(eye, 5)
            .measure(Bars.of(2, 60, 60, 0), new BitSet(), Map.of("high", counts), Progress.SILENT);

    assertThat(report.perClass()).containsOnlyKeys("high", "low", "middle");
    assertThat(report.filtered()).containsExactly(Map.entry("high", counts));
    assertThat(report.guides()).isNull();
  }

  /// Where labels are chance, all that a network can know is what it was trained on: a set that
  /// repeats its guides tells who they were, one that was made without them does not.
  @Test
  void copiesTellWhoGuidedThem() {
    LabelledImages mixedUp = mixedUp(Bars.of(1, 110, 110, 0), 11);
    LabelledImages copies = Bars.first(80, mixedUp);
    LabelledImages strangers = mixedUp(Bars.of(2, 80, 80, 0), 12);
    BitSet guides = new BitSet();
    guides.set(0, 80);

    try (SiteEye confused = SiteEye.open(mixedUp, 3, Bars.DEVICE, Progress.SILENT)) {
      QualityOfSet quality = new QualityOfSet(confused, 5);
      var copied =
          quality.measure(
              copies.plus(Bars.nearly(copies, 6, 7)), guides, Map.of(), Progress.SILENT);
      var free = quality.measure(strangers, guides, Map.of(), Progress.SILENT);

      AttackResult found = require(copied.guides());
      assertThat(found.members()).isEqualTo(80);
      assertThat(found.nonMembers()).isEqualTo(140);
      assertThat(found.auc()).isGreaterThan(0.65);
      assertThat(found.tprAt1PercentFpr()).isNotNull();
      assertThat(require(free.guides()).auc()).isBetween(0.38, 0.62);
    }
  }

  private static LabelledImages mixedUp(LabelledImages images, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    LabelledImages result = LabelledImages.none(images.classes(), images.form());
    for (int i = 0; i < images.size(); i++) {
      String label = random.nextBoolean() ? "high" : "low";
      result = result.plus(Bars.as(label, images.select(new int[] {i})));
    }
    return result;
  }

  @Test
  void theSameSetAndSeedGiveTheSameReport() {
    LabelledImages made = Bars.of(2, 40, 40, 0);

    assertThat(measure(made, new BitSet())).isEqualTo(measure(made, new BitSet()));
  }

  @Test
  void aSiteWithoutImagesGetsAReportWithoutNumbers() {
    LabelledImages none = LabelledImages.none(Bars.CLASSES, Bars.FORM);
    try (SiteEye blind = SiteEye.open(none, 3, Bars.DEVICE, Progress.SILENT)) {
      QualityReport report =
          new QualityOfSet(blind, 5)
              .measure(Bars.of(2, 30, 30, 0), new BitSet(), Map.of(), Progress.SILENT);

      assertThat(report.embedding()).isEqualTo("random-cnn-128");
      assertThat(report.all().frechet()).isNull();
      assertThat(report.all().tooFew()).hasSize(8);
    }
  }

  private static <T> T require(@Nullable T value) {
    return Objects.requireNonNull(value);
  }
}
