package dev.kumiai.engine.generator.classical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Guidance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClassicalAugmentationTest {

  private static final ImageForm FORM = new ImageForm(16, 3);
  private static final LabelledImages CASTINGS =
      Castings.renderMixed(1, "test", List.of(Castings.Plant.values()), 12, FORM);
  private static final LabelledImages PITS = CASTINGS.ofClass("pit");

  private static List<byte[]> generate(
      LabelledImages real, double strength, int first, int count, long seed) {
    List<byte[]> made = new ArrayList<>();
    new ClassicalAugmentation(FORM)
        .generate(
            request("pit", first, count, new Guidance.Real(strength, real), seed),
            batch -> {
              assertThat(batch.form()).isEqualTo(FORM);
              assertThat(batch.countByName()).isEqualTo(Map.of("pit", batch.size()));
              made.addAll(pixels(batch));
            },
            Progress.SILENT);
    return made;
  }

  private static GenerationRequest request(
      String label, int first, int count, Guidance guidance, long seed) {
    return new GenerationRequest(label, first, count, null, guidance, 2, 25, seed);
  }

  private static List<byte[]> pixels(LabelledImages images) {
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      byte[] image = new byte[images.form().values()];
      images.copyPixels(i, image, 0);
      all.add(image);
    }
    return all;
  }

  @Test
  void sampleDependsOnSeedClassAndIndexAlone() {
    // Given more than a batch
    List<byte[]> whole = generate(PITS, 0.7, 0, 300, 5);

    // Then
    assertThat(whole).hasSize(300).doesNotHaveDuplicates();
    assertThat(generate(PITS, 0.7, 290, 10, 5)).containsExactlyElementsOf(whole.subList(290, 300));
    assertThat(generate(PITS, 0.7, 0, 3, 5)).containsExactlyElementsOf(whole.subList(0, 3));
    assertThat(generate(PITS, 0.7, 0, 3, 6)).doesNotContainAnyElementsOf(whole);
  }

  @Test
  void withoutStrengthEverySampleIsCopiedOnceBeforeAnyIsCopiedAgain() {
    List<byte[]> made = generate(PITS, 0, 0, 2 * PITS.size(), 5);

    assertThat(made.subList(0, PITS.size())).containsExactlyInAnyOrderElementsOf(pixels(PITS));
    assertThat(made.subList(PITS.size(), 2 * PITS.size()))
        .containsExactlyInAnyOrderElementsOf(pixels(PITS));
  }

  @Test
  void goesFurtherFromTheRealSamplesWithStrength() {
    List<Double> distances = new ArrayList<>();
    for (double strength : new double[] {0, 0.25, 0.5, 1}) {
      distances.add(
          generate(PITS, strength, 0, 60, 5).stream()
              .mapToDouble(ClassicalAugmentationTest::toNearest)
              .average()
              .orElseThrow());
    }

    assertThat(distances.getFirst()).isZero();
    assertThat(distances).isSorted().doesNotHaveDuplicates();
  }

  private static double toNearest(byte[] image) {
    return pixels(PITS).stream()
        .mapToDouble(
            real -> {
              double sum = 0;
              for (int i = 0; i < real.length; i++) {
                sum += Math.pow((real[i] & 0xff) - (image[i] & 0xff), 2);
              }
              return Math.sqrt(sum / real.length);
            })
        .min()
        .orElseThrow();
  }

  @Test
  void oneRealSampleIsEnough() {
    LabelledImages one = PITS.select(new int[] {0});

    assertThat(generate(one, 0.7, 0, 20, 5)).doesNotHaveDuplicates();
  }

  @Test
  void refusesWhatItCannotStartFrom() {
    assertRefused(request("pit", 0, 1, new Guidance.Prompt(), 5), "generator-guidance-unsupported");
    assertRefused(
        new GenerationRequest(
            "pit", 0, 1, _ -> new Prompt("a pit"), new Guidance.Real(0.5, PITS), 2, 25, 5),
        "generator-guidance-unsupported");
    assertRefused(
        request("pit", 0, 1, new Guidance.Real(0.5, CASTINGS), 5), "guidance-samples-mismatch");
  }

  private static void assertRefused(GenerationRequest request, String code) {
    assertThatThrownBy(
            () -> new ClassicalAugmentation(FORM).generate(request, _ -> {}, Progress.SILENT))
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting("code")
        .isEqualTo(code);
  }
}
