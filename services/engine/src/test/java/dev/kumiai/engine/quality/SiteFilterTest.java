package dev.kumiai.engine.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.core.quality.FilterRules;
import dev.kumiai.core.quality.Verdict;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// A site with bars high and low; few in the middle, and of the fourth class nothing at all.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SiteFilterTest {

  private static final Verdict KEPT = new Verdict.Kept();
  private static final Verdict UNJUDGED = new Verdict.Kept(false);

  private final LabelledImages own = Bars.of(1, 90, 60, 4);
  private final LabelledImages fresh = Bars.of(2, 40, 40, 40);
  private final SiteEye eye = SiteEye.open(own, 3, Bars.DEVICE, Progress.SILENT);

  @BeforeAll
  void open() {
    assertThat(eye.embedder().name()).isEqualTo("site-cnn-128");
  }

  @AfterAll
  void close() {
    eye.close();
  }

  private SampleFilter<LabelledImages> filter() {
    return new SiteFilter(FilterRules.DEFAULT, eye);
  }

  private static Verdict dropped(DropReason reason) {
    return new Verdict.Dropped(reason);
  }

  @Test
  void whatLooksLikeItsClassIsKept() {
    List<Verdict> verdicts = filter().judge(Bars.ofClass("high", fresh));

    assertThat(verdicts).hasSize(40).filteredOn(KEPT::equals).hasSizeGreaterThanOrEqualTo(36);
  }

  @Test
  void whatShowsNothingIsDropped() {
    assertThat(filter().judge(Bars.flat("high", 0).plus(Bars.flat("none", 200))))
        .containsOnly(dropped(DropReason.CONSTANT));
  }

  @Test
  void whatShowsAnotherClassIsDropped() {
    List<Verdict> verdicts = filter().judge(Bars.as("high", Bars.ofClass("low", fresh)));

    assertThat(verdicts)
        .filteredOn(dropped(DropReason.LABEL_DISAGREES)::equals)
        .hasSizeGreaterThanOrEqualTo(36);
  }

  /// Four images of a class do not teach what it looks like, and none teach nothing.
  @Test
  void classesThatTheSiteCannotTellAreKeptUnjudged() {
    LabelledImages middle = Bars.ofClass("middle", fresh);

    assertThat(filter().judge(middle)).containsOnly(UNJUDGED);
    assertThat(filter().judge(Bars.as("none", middle))).containsOnly(UNJUDGED);
  }

  @Test
  void repetitionsWithinAClassAreDropped() {
    LabelledImages made = Bars.first(8, Bars.ofClass("middle", fresh));
    SampleFilter<LabelledImages> filter = filter();

    assertThat(filter.judge(made.plus(Bars.nearly(made, 2, 7))))
        .startsWith(repeat(UNJUDGED, 8))
        .endsWith(repeat(dropped(DropReason.DUPLICATE), 8));
    assertThat(filter.judge(Bars.as("none", made))).containsOnly(UNJUDGED);
  }

  private static Verdict[] repeat(Verdict verdict, int times) {
    return Collections.nCopies(times, verdict).toArray(Verdict[]::new);
  }

  @Test
  void nearCopiesOfPrivateImagesAreDropped() {
    LabelledImages some = Bars.first(20, own);

    assertThat(filter().judge(some)).containsOnly(dropped(DropReason.NEAR_COPY));
    assertThat(filter().judge(Bars.nearly(some, 5, 7)))
        .filteredOn(dropped(DropReason.NEAR_COPY)::equals)
        .hasSizeGreaterThanOrEqualTo(16);
  }

  @Test
  void rulesThatAreOffDropNothing() {
    LabelledImages bad =
        Bars.flat("high", 0).plus(Bars.as("high", Bars.ofClass("low", own))).plus(own).plus(own);

    assertThat(new SiteFilter(FilterRules.NONE, eye).judge(bad)).containsOnly(UNJUDGED);
  }

  @Test
  void howSamplesAreCutIntoBatchesChangesNothing() {
    LabelledImages made = fresh.plus(Bars.nearly(fresh, 30, 7)).plus(fresh);
    List<Verdict> whole = filter().judge(made);

    List<Verdict> parts = new ArrayList<>();
    SampleFilter<LabelledImages> filter = filter();
    for (int start = 0; start < made.size(); start += 7) {
      int first = start;
      parts.addAll(
          filter.judge(
              made.select(IntStream.range(first, Math.min(made.size(), first + 7)).toArray())));
    }

    assertThat(parts).isEqualTo(whole);
  }

  @Test
  void aSetThatWasInterruptedGoesOnAsIfItHadNotBeen() {
    LabelledImages made = fresh.plus(Bars.nearly(fresh, 4, 7));
    List<Verdict> whole = filter().judge(made);
    int[] before = IntStream.range(0, 100).toArray();
    int[] after = IntStream.range(100, made.size()).toArray();

    SampleFilter<LabelledImages> resumed = filter();
    resumed.remember(
        made.select(Arrays.stream(before).filter(i -> whole.get(i).isKept()).toArray()));

    assertThat(resumed.judge(made.select(after))).isEqualTo(whole.subList(100, made.size()));
  }

  @Test
  void theSameSeedMakesTheSameEye() {
    LabelledImages made = fresh.plus(Bars.as("high", Bars.ofClass("low", fresh)));

    try (SiteEye again = SiteEye.open(own, 3, Bars.DEVICE, Progress.SILENT)) {
      assertThat(new SiteFilter(FilterRules.DEFAULT, again).judge(made))
          .isEqualTo(filter().judge(made));
      assertThat(again.probabilities(made)).isEqualTo(eye.probabilities(made));
    }
  }

  /// The set of a generator that knows more classes, in another order.
  @Test
  void classesAreFoundByName() {
    LabelledImages low = Bars.ofClass("low", fresh);
    LabelledImages renamed = Relabelled.all(low, List.of("other", "low"), 1);

    assertThat(filter().judge(renamed)).isEqualTo(filter().judge(low));
    assertThatThrownBy(() -> filter().judge(Relabelled.all(low, List.of("other", "low"), 0)))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("there is an image of class 'other'");
  }

  @Test
  void aSiteWithoutImagesStillDropsWhatItCan() {
    LabelledImages none = LabelledImages.none(Bars.CLASSES, Bars.FORM);
    LabelledImages made = Bars.first(3, Bars.ofClass("low", fresh));

    try (SiteEye blind = SiteEye.open(none, 3, Bars.DEVICE, Progress.SILENT)) {
      assertThat(blind.embedder().name()).isEqualTo("random-cnn-128");
      assertThat(
              new SiteFilter(FilterRules.DEFAULT, blind)
                  .judge(made.plus(made).plus(Bars.flat("low", 9))))
          .containsExactly(
              UNJUDGED,
              UNJUDGED,
              UNJUDGED,
              dropped(DropReason.DUPLICATE),
              dropped(DropReason.DUPLICATE),
              dropped(DropReason.DUPLICATE),
              dropped(DropReason.CONSTANT));
    }
  }

  @Test
  void oneClassAloneTrainsNoClassifier() {
    LabelledImages one = Bars.of(1, 60, 0, 0);

    assertThat(SiteClassifier.train(one, 3, Bars.DEVICE, Progress.SILENT)).isEmpty();
  }

  @Test
  void largeImagesAreReducedToTheMeansOfTheirParts() {
    byte[] large = new byte[64 * 64];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i % 2 == 0 ? 10 : 20);
    }
    LabelledImages images =
        LabelledImages.of(List.of("a"), new ImageForm(64, 1), List.of(large), new int[1]);

    assertThat(SmallPixels.of(images, 0)).hasSize(32 * 32).containsOnly(15);
  }

  @Test
  void levelsAreGivenUpAboveTheirLimitOnly() {
    byte[] dark = new byte[256];
    byte[] lighter = new byte[256];
    Arrays.fill(lighter, (byte) 200);

    assertThat(SmallPixels.levels(dark, lighter, 300)).isEqualTo(200);
    assertThat(SmallPixels.levels(dark, lighter, 20)).isGreaterThanOrEqualTo(20);
    assertThat(SmallPixels.levels(dark, dark, 0)).isZero();
    assertThat(SmallPixels.levels(dark, lighter, 0)).isPositive();
  }
}
