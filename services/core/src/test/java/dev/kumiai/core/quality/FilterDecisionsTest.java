package dev.kumiai.core.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FilterDecisionsTest {

  private static final Spacing USUAL = new Spacing(8, 40);

  @Test
  void aCopyIsNearInBothSpaces() {
    assertThat(USUAL.isCopy(3.9, 19, 0.5)).isTrue();
    assertThat(USUAL.isCopy(4.1, 19, 0.5)).isFalse();
    assertThat(USUAL.isCopy(3.9, 21, 0.5)).isFalse();
  }

  @Test
  void theSamePictureIsACopyWhateverTheEmbeddingSaysAndWhetherAnythingIsKnown() {
    assertThat(USUAL.isCopy(100, 2.5, 0)).isTrue();
    assertThat(Spacing.UNKNOWN.isCopy(0, 2.5, 1)).isTrue();
    assertThat(Spacing.UNKNOWN.isCopy(0, 2.6, 1)).isFalse();
  }

  @Test
  void verdictsAreCounted() {
    FilterCounts counts = FilterCounts.NONE;
    for (Verdict verdict :
        List.of(
            new Verdict.Kept(),
            new Verdict.Kept(false),
            new Verdict.Dropped(DropReason.DUPLICATE),
            new Verdict.Dropped(DropReason.DUPLICATE),
            new Verdict.Dropped(DropReason.NEAR_COPY))) {
      counts = counts.plus(verdict);
    }

    assertThat(counts)
        .isEqualTo(
            new FilterCounts(2, 1, Map.of(DropReason.DUPLICATE, 2, DropReason.NEAR_COPY, 1)));
    assertThat(counts.total()).isEqualTo(5);
    assertThat(counts.plus(counts).total()).isEqualTo(10);
  }

  @Test
  void rulesOutOfBoundsAreRefused() {
    assertThatThrownBy(() -> new FilterRules(true, true, -0.1, true, 0.2, true, 0.5))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("minLabelProbability is from 0 to 1, not -0.1");
    assertThatThrownBy(() -> new FilterRules(true, true, 0.1, true, 0.2, true, 1.5))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("nearCopyRatio is from 0 to 1, not 1.5");
  }

  @Test
  void tooFewSamplesHaveNoNumbersAndAReason() {
    Embeddings few = Embeddings.of(4, 2, new float[8]);

    SetMeasures measures = SetMeasures.of(4, 4, few, few).with(null, 0.5, null, "one class alone");

    assertThat(measures.frechet()).isNull();
    assertThat(measures.kernel()).isNull();
    assertThat(measures.precisionRecall()).isNull();
    assertThat(measures.densityCoverage()).isNull();
    assertThat(measures.closestRecord()).isNull();
    assertThat(measures.tooFew())
        .containsOnlyKeys(
            "frechet",
            "kernel",
            "precisionRecall",
            "densityCoverage",
            "closestRecord",
            "trainRealTestReal",
            "trainRealTestSynthetic")
        .containsEntry("frechet", "takes 50 real and generated samples")
        .containsEntry("trainRealTestReal", "one class alone");
  }

  @Test
  void nothingGeneratedIsMeasuredWithoutAnError() {
    Embeddings none = Embeddings.of(0, 2, new float[0]);

    assertThat(SetMeasures.of(0, 0, none, none).tooFew()).hasSize(5);
  }
}
