package dev.kumiai.engine.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.SteadyJvm;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassDiffusionTest {

  private static final ImageForm FORM = new ImageForm(12, 1);
  private static final Guidance PROMPT = new Guidance.Prompt();
  private static Generator generator;

  /// Knows the words `left` and `right`, for the half that is lighter.
  private static Generator wordy;

  @BeforeAll
  static void trainATinyGenerator(@TempDir Path folder) {
    Path file = folder.resolve("tiny.safetensors");
    TinyGenerators.train(file, FORM, 150);
    generator = GeneratorFile.open(file).load(EngineDevice.cpu(1));
    Path captioned = folder.resolve("captioned.safetensors");
    TinyGenerators.train(captioned, TinyGenerators.captioned(FORM, 10), 300);
    wordy = GeneratorFile.open(captioned).load(EngineDevice.cpu(1));
  }

  @AfterAll
  static void free() {
    generator.close();
    wordy.close();
  }

  @Test
  void makesWhatItIsAskedForInBatchesOfTheClass() {
    // Given
    List<LabelledImages> batches = new ArrayList<>();

    // When
    generator.generate(request("bright", 70, PROMPT, 5), batches::add, Progress.SILENT);

    // Then
    assertThat(batches).hasSizeGreaterThan(1);
    assertThat(batches).allMatch(batch -> batch.form().equals(FORM));
    assertThat(batches).allMatch(batch -> batch.classes().equals(TinyGenerators.CLASSES));
    assertThat(batches.stream().mapToInt(batch -> batch.countByName().get("bright")).sum())
        .isEqualTo(70);
    assertThat(batches.stream().mapToInt(LabelledImages::size).sum()).isEqualTo(70);
  }

  @Test
  void followsTheClassItWasAskedFor() {
    // When
    double dark = brightness(generate(request("dark", 24, PROMPT, 5)));
    double bright = brightness(generate(request("bright", 24, PROMPT, 5)));

    // Then it learnt the two levels of grey, 20 to 70 and 180 to 230
    assertThat(dark).isBetween(10.0, 90.0);
    assertThat(bright).isBetween(160.0, 245.0);
  }

  @Test
  void sampleDependsOnSeedClassAndIndexAlone() {
    // Given how the samples are cut into batches differs: 64 + 6, 5, 1
    List<byte[]> seventy = generate(request("bright", 70, PROMPT, 5));

    // When
    List<byte[]> five = generate(request("bright", 5, PROMPT, 5));
    List<byte[]> one = generate(request("bright", 1, PROMPT, 5));

    // Then
    assertThat(five).containsExactlyElementsOf(seventy.subList(0, 5));
    assertThat(one).containsExactlyElementsOf(seventy.subList(0, 1));
    assertThat(seventy.get(64)).isNotEqualTo(seventy.get(0));
    assertThat(generate(request("bright", 1, PROMPT, 6)).getFirst()).isNotEqualTo(seventy.get(0));
  }

  @ParameterizedTest
  @CsvSource({"2", "1"})
  void promptedSampleDependsOnSeedClassIndexAndPromptAlone(double scale) {
    // Given prompts that differ from sample to sample, and batches of 64 + 6, 5, 1
    IntFunction<Prompt> prompts = i -> new Prompt(List.of("left", "right", "").get(i % 3));
    List<byte[]> seventy = prompted(0, 70, prompts, scale);

    // When
    List<byte[]> later = prompted(60, 9, prompts, scale);
    List<byte[]> first = prompted(0, 1, prompts, scale);
    List<byte[]> last = prompted(69, 1, prompts, scale);

    // Then
    assertThat(later).containsExactlyElementsOf(seventy.subList(60, 69));
    assertThat(first).containsExactlyElementsOf(seventy.subList(0, 1));
    assertThat(last).containsExactlyElementsOf(seventy.subList(69, 70));
  }

  @Test
  void followsTheWordsOfItsPrompt() {
    // When the noise is the same and one word differs
    List<byte[]> left = prompted(0, 24, _ -> new Prompt("lighter at the left"), 2);
    List<byte[]> right = prompted(0, 24, _ -> new Prompt("lighter at the RIGHT"), 2);

    // Then the half that is lighter changes with it, and the class stays
    for (int i = 0; i < left.size(); i++) {
      assertThat(leftOverRight(left.get(i)) - leftOverRight(right.get(i))).isGreaterThan(15);
    }
    assertThat(brightness(left)).isBetween(160.0, 250.0);
  }

  @Test
  void pushesAwayFromTheWordsOfANegativePrompt() {
    // When
    List<byte[]> without = prompted(0, 24, _ -> new Prompt(""), 3);
    List<byte[]> avoiding = prompted(0, 24, _ -> new Prompt("", "left"), 3);

    // Then
    assertThat(meanLeftOverRight(avoiding)).isLessThan(meanLeftOverRight(without) - 5);
  }

  @Test
  void namesTheWordsThatItHasNotLearnt() {
    assertThat(wordy.capabilities().prompts()).isTrue();
    assertThat(wordy.ignoredWords("a bright image, lighter at the left"))
        .containsExactly("a", "image", "lighter", "at", "the");
  }

  @Test
  void startsFromRealSamplesAndKeepsThemAtStrengthZero() {
    // Given more samples than real ones: each is used once before any is used again
    LabelledImages real = realOf("dark");

    // When
    List<byte[]> made = generate(request("dark", 2 * real.size(), new Guidance.Mixed(0, real), 5));

    // Then
    List<byte[]> expected = pixels(real);
    assertThat(made.subList(0, real.size())).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(made.subList(real.size(), made.size()))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void forgetsRealSamplesAtStrengthOne() {
    // Given
    List<byte[]> prompted = generate(request("dark", 6, PROMPT, 5));

    // When
    List<byte[]> made = generate(request("dark", 6, new Guidance.Mixed(1, realOf("dark")), 5));

    // Then
    assertThat(made).containsExactlyElementsOf(prompted);
  }

  @Test
  void goesFurtherFromRealSamplesWithStrength() {
    // Given images that the generator does not know, so that it changes them
    LabelledImages stripes = stripes(16);

    // When
    double[] distances =
        IntStream.rangeClosed(0, 4)
            .mapToDouble(
                quarter ->
                    distance(
                        stripes,
                        generate(
                            request("dark", 16, new Guidance.Mixed(quarter / 4.0, stripes), 5))))
            .toArray();

    // Then
    assertThat(distances[0]).isZero();
    assertThat(distances).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void goesOnWhereASetWasLeft() {
    // Given a whole set, guided and not
    LabelledImages real = realOf("dark");
    List<Guidance> kinds =
        List.of(PROMPT, new Guidance.Mixed(0.6, real), new Guidance.Real(0.6, real));
    for (Guidance guidance : kinds) {
      List<byte[]> whole = generate(request("dark", 70, guidance, 5));

      // When
      List<byte[]> rest =
          generate(new GenerationRequest("dark", 37, 33, null, guidance, 2.0, 4, 5));

      // Then
      assertThat(rest).as("%s", guidance.kind()).containsExactlyElementsOf(whole.subList(37, 70));
    }
  }

  @Test
  void realSamplesAloneAreFollowedWithoutTheClass() {
    // Given a sample from which the class pulls away: bright, called dark
    LabelledImages bright = realOf("bright");
    LabelledImages called =
        LabelledImages.of(TinyGenerators.CLASSES, FORM, pixels(bright), new int[bright.size()]);
    assertThat(TinyGenerators.CLASSES.getFirst()).isEqualTo("dark");

    // When
    List<byte[]> real = generate(request("dark", 24, new Guidance.Real(0.7, called), 5));
    List<byte[]> mixed = generate(request("dark", 24, new Guidance.Mixed(0.7, called), 5));
    List<byte[]> kept = generate(request("dark", 4, new Guidance.Real(0, called), 5));

    // Then
    assertThat(brightness(real)).isGreaterThan(brightness(mixed) + 5);
    assertThat(pixels(bright)).containsAll(kept);
  }

  @Test
  void saysThatItTakesNoPrompts() {
    assertThat(generator.capabilities().prompts()).isFalse();
    assertRefused(
        new GenerationRequest("dark", 0, 1, _ -> new Prompt("dark"), PROMPT, 2, 4, 5),
        "generator-prompts-unsupported",
        "no prompts");
  }

  @Test
  void refusesAClassItDoesNotKnow() {
    assertRefused(request("green", 1, PROMPT, 5), "generator-class-unknown", "'green'", "dark");
  }

  @Test
  void refusesRealSamplesOfAnotherClassOrForm() {
    LabelledImages other = TinyGenerators.images(new ImageForm(14, 1), 1).select(new int[] {0});
    assertRefused(
        request("dark", 1, new Guidance.Mixed(0.5, realOf("bright")), 5),
        "guidance-samples-mismatch",
        "'dark'");
    assertRefused(
        request("dark", 1, new Guidance.Mixed(0.5, other), 5),
        "guidance-samples-mismatch",
        "'dark'");
  }

  @Test
  void requestsAreWithinBounds() {
    assertThatThrownBy(() -> request("dark", 0, PROMPT, 1))
        .hasMessageContaining("at least 1 sample");
    assertThatThrownBy(() -> new GenerationRequest("dark", 1, PROMPT, Double.NaN, 4, 1))
        .hasMessageContaining("guidance scale");
    assertThatThrownBy(() -> new GenerationRequest("dark", 1, PROMPT, 2, 1001, 1))
        .hasMessageContaining("1 to 1000 steps");
    assertThatThrownBy(() -> new Guidance.Mixed(1.5, realOf("dark")))
        .hasMessageContaining("from 0 to 1");
    assertThatThrownBy(
            () -> new Guidance.Mixed(0.5, LabelledImages.none(TinyGenerators.CLASSES, FORM)))
        .hasMessageContaining("got none");
  }

  @Test
  void stopsBetweenStepsWhenItIsCancelled() {
    // Given
    List<Double> fractions = new ArrayList<>();
    Progress impatient =
        (fraction, _) -> {
          fractions.add(fraction);
          if (fraction > 0.5) {
            throw new KumiaiException.Cancelled("enough");
          }
        };
    List<LabelledImages> batches = new ArrayList<>();

    // When / Then
    assertThatThrownBy(
            () -> generator.generate(request("dark", 128, PROMPT, 5), batches::add, impatient))
        .isInstanceOf(KumiaiException.Cancelled.class);
    assertThat(batches).hasSize(1);
    assertThat(fractions).isSorted().last().satisfies(last -> assertThat(last).isLessThan(0.7));
  }

  @Test
  void takesNoMoreMemoryForMoreBatches() throws IOException, InterruptedException {
    // When
    List<Long> residentKib = SteadyJvm.run(ManyBatches.class, "20");

    // Then: 400 passes that each left their smallest activation behind would be 29 MB
    assertThat(residentKib).hasSize(20);
    assertThat(residentKib.getLast() - residentKib.get(10)).isLessThan(2048);
  }

  private static void assertRefused(GenerationRequest request, String code, String... parts) {
    assertThatThrownBy(() -> generator.generate(request, _ -> {}, Progress.SILENT))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContainingAll(parts);
  }

  private static List<byte[]> prompted(
      int first, int count, IntFunction<Prompt> prompts, double scale) {
    List<byte[]> made = new ArrayList<>();
    wordy.generate(
        new GenerationRequest("bright", first, count, prompts, PROMPT, scale, 4, 5),
        batch -> made.addAll(pixels(batch)),
        Progress.SILENT);
    return made;
  }

  private static double meanLeftOverRight(List<byte[]> images) {
    return images.stream().mapToDouble(ClassDiffusionTest::leftOverRight).average().orElseThrow();
  }

  /// How much lighter the left half of an image is than the right one, in grey levels.
  private static double leftOverRight(byte[] image) {
    double sum = 0;
    for (int p = 0; p < image.length; p++) {
      sum += (p % FORM.size() < FORM.size() / 2 ? 2 : -2) * (image[p] & 0xff);
    }
    return sum / image.length;
  }

  private static GenerationRequest request(String label, int count, Guidance guidance, long seed) {
    return new GenerationRequest(label, count, guidance, 2.0, 4, seed);
  }

  private static List<byte[]> generate(GenerationRequest request) {
    List<byte[]> made = new ArrayList<>();
    generator.generate(request, batch -> made.addAll(pixels(batch)), Progress.SILENT);
    return made;
  }

  private static LabelledImages realOf(String label) {
    LabelledImages all = TinyGenerators.images(FORM, 10);
    int wanted = TinyGenerators.CLASSES.indexOf(label);
    return all.select(IntStream.range(0, all.size()).filter(i -> all.label(i) == wanted).toArray());
  }

  private static LabelledImages stripes(int count) {
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] image = new byte[FORM.values()];
      for (int p = 0; p < image.length; p++) {
        image[p] = (byte) ((p + i) % 4 < 2 ? 255 : 0);
      }
      images.add(image);
    }
    return LabelledImages.of(TinyGenerators.CLASSES, FORM, images, new int[count]);
  }

  private static List<byte[]> pixels(LabelledImages images) {
    List<byte[]> pixels = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      byte[] image = new byte[images.form().values()];
      images.copyPixels(i, image, 0);
      pixels.add(image);
    }
    return pixels;
  }

  private static double brightness(List<byte[]> images) {
    return images.stream()
        .flatMapToInt(image -> IntStream.range(0, image.length).map(p -> image[p] & 0xff))
        .average()
        .orElseThrow();
  }

  /// Mean distance of a made image from the nearest real one: which one it started from is not
  /// said.
  private static double distance(LabelledImages real, List<byte[]> made) {
    List<byte[]> candidates = pixels(real);
    return made.stream()
        .mapToDouble(
            image ->
                candidates.stream().mapToDouble(other -> rms(image, other)).min().orElseThrow())
        .average()
        .orElseThrow();
  }

  private static double rms(byte[] a, byte[] b) {
    double sum = 0;
    for (int p = 0; p < a.length; p++) {
      sum += Math.pow((a[p] & 0xff) - (b[p] & 0xff), 2);
    }
    return Math.sqrt(sum / a.length);
  }
}
