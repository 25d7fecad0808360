package dev.kumiai.engine.generator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Progress;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.CastingTraits;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ShippedGeneratorTest {

  private static final Path FILE = Path.of("../../generators/castings.safetensors");

  @Test
  void isSmallAndSaysWhatItIs() throws IOException {
    // When
    GeneratorFile opened = GeneratorFile.open(FILE);

    // Then
    assertThat(opened.card().classes()).isEqualTo(Castings.CLASSES);
    assertThat(opened.card().form()).isEqualTo(new ImageForm(32, 3));
    assertThat(opened.card().origin().licence()).isEqualTo("Apache-2.0");
    assertThat(Files.size(FILE)).isLessThan(8_000_000);
    assertThat(GeneratorFile.cardBeside(FILE)).content().contains(opened.digest().toString());
  }

  @Test
  void wasTrainedOnThePicturesThatAreMadeNow() {
    // Given the pictures that its command makes
    LabelledImages images =
        Castings.renderMixed(
            1, "public", List.of(Castings.Plant.values()), 1000, new ImageForm(32, 3));

    // When
    PixelScale scale = PixelScale.of(images);

    // Then
    assertThat(GeneratorFile.open(FILE).card().scale()).isEqualTo(scale);
    assertThat(GeneratorFile.open(FILE).card().origin().images()).isEqualTo(images.size());
  }

  @Test
  void makesTheSameSampleWhateverElseIsAskedFor() {
    // Given
    List<LabelledImages> many = new ArrayList<>();
    List<LabelledImages> one = new ArrayList<>();
    try (Generator generator = GeneratorFile.open(FILE).load(EngineDevice.cpu(1))) {
      generator.generate(stains(9), many::add, Progress.SILENT);

      // When
      generator.generate(stains(1), one::add, Progress.SILENT);
    }

    // Then the full network, too, does not depend on the size of the batch
    assertThat(one.getFirst().contentDigest(0)).isEqualTo(many.getFirst().contentDigest(0));
  }

  @Test
  void knowsTheWordsOfTheCatalogue() {
    assertThat(GeneratorFile.open(FILE).card().vocabulary().words())
        .containsExactlyInAnyOrderElementsOf(
            CastingTraits.WORDS.values().stream().flatMap(List::stream).toList());
  }

  /// Each pair of prompts differs in one word. What it changes is measured on samples that start
  /// from the same noise.
  @ParameterizedTest
  @MethodSource("pairs")
  void aWordChangesWhatItNames(Pair pair) {
    try (Generator generator = GeneratorFile.open(FILE).load(EngineDevice.cpu(1))) {
      // When
      List<byte[]> less = samples(generator, pair.label, pair.less);
      List<byte[]> more = samples(generator, pair.label, pair.more);

      // Then nearly every sample has more of it, and by far on the whole
      double[] differences =
          IntStream.range(0, SAMPLES)
              .mapToDouble(i -> pair.statistic.of(more.get(i)) - pair.statistic.of(less.get(i)))
              .toArray();
      assertThat(Arrays.stream(differences).filter(d -> d > 0).count())
          .as("samples with more of it")
          .isGreaterThanOrEqualTo(pair.samples);
      assertThat(Arrays.stream(differences).average().orElseThrow()).isGreaterThan(pair.margin);
    }
  }

  private static final int SAMPLES = 32;

  /// @param statistic what should be more, in grey levels
  /// @param margin by how much more it is at least, on average
  /// @param samples in how many of [#SAMPLES] it is more, at least
  record Pair(
      String label, String less, String more, Statistic statistic, double margin, int samples) {
    @Override
    public String toString() {
      return label + ": " + less + " / " + more;
    }
  }

  interface Statistic {
    double of(byte[] pixels);
  }

  static Stream<Pair> pairs() {
    Statistic brightness = pixels -> quantile(pixels, 0.5);
    Statistic fromTheRight = pixels -> half(pixels, true) - half(pixels, false);
    Statistic depth = pixels -> quantile(pixels, 0.5) - quantile(pixels, 0.04);
    return Stream.of(
        new Pair("sound", "brushed dim", "brushed bright", brightness, 15, 30),
        new Pair("pit", "severe ground dim", "severe ground bright", brightness, 15, 30),
        new Pair(
            "sound", "ground medium", "shot-blasted medium", ShippedGeneratorTest::grain, 2, 30),
        new Pair("sound", "medium left-lit", "medium right-lit", fromTheRight, 15, 30),
        new Pair("pit", "slight ground bright", "severe ground bright", depth, 6, 24),
        new Pair("stain", "slight turned bright", "severe turned bright", depth, 4, 24));
  }

  private static List<byte[]> samples(Generator generator, String label, String prompt) {
    List<byte[]> made = new ArrayList<>();
    generator.generate(
        new GenerationRequest(
            label, 0, SAMPLES, _ -> new Prompt(prompt), new Guidance.Prompt(), 2, 15, 1),
        batch -> {
          for (int i = 0; i < batch.size(); i++) {
            byte[] pixels = new byte[batch.form().values()];
            batch.copyPixels(i, pixels, 0);
            made.add(pixels);
          }
        },
        Progress.SILENT);
    return made;
  }

  private static final int SIDE = 32;

  /// The green plane, where neither rust nor the colour of a lamp is.
  private static int green(byte[] pixels, int y, int x) {
    return pixels[(SIDE + y) * SIDE + x] & 0xff;
  }

  private static double quantile(byte[] pixels, double share) {
    int[] sorted =
        IntStream.range(0, SIDE * SIDE)
            .map(i -> green(pixels, i / SIDE, i % SIDE))
            .sorted()
            .toArray();
    return sorted[(int) (share * (sorted.length - 1))];
  }

  private static double half(byte[] pixels, boolean right) {
    return IntStream.range(0, SIDE * SIDE)
        .filter(i -> (i % SIDE >= SIDE / 2) == right)
        .map(i -> green(pixels, i / SIDE, i % SIDE))
        .average()
        .orElseThrow();
  }

  /// How much neighbours differ.
  private static double grain(byte[] pixels) {
    return IntStream.range(0, SIDE * SIDE)
        .filter(i -> i % SIDE > 0)
        .map(
            i ->
                Math.abs(green(pixels, i / SIDE, i % SIDE) - green(pixels, i / SIDE, i % SIDE - 1)))
        .average()
        .orElseThrow();
  }

  private static GenerationRequest stains(int count) {
    return new GenerationRequest("stain", count, new Guidance.Prompt(), 2, 5, 1);
  }
}
