package dev.kumiai.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.privacy.AttackResult;
import dev.kumiai.core.quality.ClosestRecord;
import dev.kumiai.core.quality.Embeddings;
import dev.kumiai.core.quality.KernelDistance;
import dev.kumiai.core.quality.Manifolds.DensityCoverage;
import dev.kumiai.core.quality.Manifolds.PrecisionRecall;
import dev.kumiai.core.quality.QualityReport;
import dev.kumiai.core.quality.SetMeasures;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Numbers of a set as a person reads them.
final class QualityTextTest {

  private static final SetMeasures WHOLE =
      new SetMeasures(
          312,
          480,
          1234.5,
          new KernelDistance(-0.00123, 0.0456),
          new PrecisionRecall(0.914, 0.5),
          new DensityCoverage(1.25, 0.707),
          new ClosestRecord(4.2071, 3.1, 0.00001234),
          0.958,
          0.9,
          1.0,
          new TreeMap<>());

  /// Twelve private samples at 0 to 11, forty generated ones at a half.
  private static final SetMeasures LITTLE =
      SetMeasures.of(
              12,
              40,
              Embeddings.of(IntStream.range(0, 12).mapToObj(i -> new float[] {i}).toList(), 1),
              Embeddings.of(Collections.nCopies(40, new float[] {0.5f}), 1))
          .with(null, null, null, "takes two classes");

  private static final String LONG = "a-scratch-along-the-left-edge-of-the-upper-flange";

  private static List<String> lines(@Nullable AttackResult guides) {
    return QualityText.of(
        new QualityReport(
            "site-cnn-128",
            WHOLE,
            new TreeMap<>(Map.of("crack", WHOLE, LONG, LITTLE)),
            new TreeMap<>(),
            guides));
  }

  @Test
  void hasARowOverAllClassesAndOneForEach() {
    List<String> lines = lines(null);

    assertThat(lines)
        .containsSubsequence(
            "Distance from the private samples, in the embedding site-cnn-128",
            "Class                     Private  Generated  Frechet              Kernel  Nearest    5 %    Usual",
            "all classes                   312        480     1230  -0.00123 +- 0.0456     4.21   3.10  1.2e-05",
            "a-scratch-along-the-l...       12         40        -                   -    0.500  0.500     1.00",
            "crack                         312        480     1230  -0.00123 +- 0.0456     4.21   3.10  1.2e-05");
    assertThat(lines)
        .anyMatch(
            line -> line.matches("Class +Precision +Recall +Density +Coverage +P by P .* G by P"))
        .anyMatch(line -> line.matches("all classes +0.91 +0.50 +1.25 +0.71 +0.96 +0.90 +1.00"))
        .anyMatch(line -> line.matches("a-scratch-along-.* +- +- +- +- +- +- +-"));
    assertThat(lines).allMatch(line -> line.length() <= TextTable.WIDTH);
  }

  @Test
  void saysOnceWhyThereIsNoNumber() {
    assertThat(lines(null))
        .containsSequence(
            "'-' stands where samples are too few:",
            "  Frechet",
            "    takes 50 real and generated samples",
            "  Kernel, Precision, Recall, Density, Coverage",
            "    takes 20 real and generated samples")
        .containsOnlyOnce("    takes 50 real and generated samples")
        .containsSequence("  P by P, P by G, G by P", "    takes two classes");
  }

  @Test
  void saysThatThereIsNothingToCompareWith() {
    SetMeasures alone =
        SetMeasures.of(0, 40, Embeddings.of(List.of(), 1), Embeddings.of(List.of(), 1));

    assertThat(
            QualityText.of(new QualityReport("x", alone, new TreeMap<>(), new TreeMap<>(), null)))
        .singleElement()
        .asString()
        .contains("no private samples");
  }

  @Test
  void tellsHowWellAnAttackDid() {
    assertThat(lines(new AttackResult(24, 60, 0.051, 0.2, 0.53, null)))
        .endsWith(
            "Attack: who guided the generator?",
            "  told 24 private samples that did from 60 that did not, by a network trained on the set",
            "  Advantage        0.05  0 is guessing, 1 is knowing; no threshold reaches more than 0.20",
            "  Area under ROC   0.53  0.50 is guessing, give or take 0.07",
            "  Found for sure   -     takes 100 that did not",
            "  It is one weak attack: that it fails proves nothing.");
    assertThat(lines(new AttackResult(24, 100, 0, 0, 0.5, 0.04)))
        .contains("  Found for sure   0.04  with 1 % of mistakes; 0.01 is guessing");
    assertThat(lines(null)).endsWith("  -  takes 20 private samples that did and 20 that did not");
  }
}
