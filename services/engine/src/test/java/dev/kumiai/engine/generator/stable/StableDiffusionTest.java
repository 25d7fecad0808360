package dev.kumiai.engine.generator.stable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.Capabilities;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.Guidance;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StableDiffusionTest {

  private static final ImageForm FORM = new ImageForm(64, 3);
  private static final int STEPS = 4;

  private static Generator generator;

  @BeforeAll
  static void load() {
    generator = load(FORM);
  }

  @AfterAll
  static void close() {
    generator.close();
  }

  private static Generator load(ImageForm form) {
    return StableDiffusionBundle.open(Golden.file("tiny.zip")).load(EngineDevice.cpu(1), form);
  }

  @Test
  void knowsEveryClassAndPrompts() {
    Capabilities capabilities = generator.capabilities();

    assertThat(capabilities.vocabulary().knows("anything at all")).isTrue();
    assertThat(capabilities.prompts()).isTrue();
    assertThat(capabilities.guidance()).containsExactlyInAnyOrder(Guidance.Kind.values());
    assertThat(capabilities.form()).isEqualTo(FORM);
  }

  @Test
  void makesTheSameSamplesHoweverTheyAreCutIntoBatches() {
    List<byte[]> whole = make(request(0, 19, null, new Guidance.Prompt()));
    List<byte[]> again = make(request(0, 19, null, new Guidance.Prompt()));
    List<byte[]> later = make(request(5, 9, null, new Guidance.Prompt()));
    List<byte[]> one = make(request(18, 1, null, new Guidance.Prompt()));

    assertThat(whole).hasSize(19).doesNotHaveDuplicates();
    assertThat(again).containsExactlyElementsOf(whole);
    assertThat(later).containsExactlyElementsOf(whole.subList(5, 14));
    assertThat(one).containsExactly(whole.get(18));
  }

  @Test
  void makesOtherSamplesOfAnotherSeedOrClass() {
    byte[] sample = make(request("crack", 0, 1, null, new Guidance.Prompt(), 1)).getFirst();

    assertThat(make(request("crack", 0, 1, null, new Guidance.Prompt(), 2)).getFirst())
        .isNotEqualTo(sample);
    assertThat(make(request("pit", 0, 1, null, new Guidance.Prompt(), 1)).getFirst())
        .isNotEqualTo(sample);
  }

  @Test
  void followsThePromptOfEachSample() {
    IntFunction<Prompt> prompts = i -> new Prompt(i % 2 == 0 ? "bright steel" : "dark iron");
    List<byte[]> mixed = make(request(0, 4, prompts, new Guidance.Prompt()));
    List<byte[]> bright =
        make(request(0, 4, _ -> new Prompt("bright steel"), new Guidance.Prompt()));
    List<byte[]> dark = make(request(0, 4, _ -> new Prompt("dark iron"), new Guidance.Prompt()));

    for (int i = 0; i < 4; i++) {
      assertThat(mixed.get(i)).isEqualTo((i % 2 == 0 ? bright : dark).get(i));
      assertThat(bright.get(i)).isNotEqualTo(dark.get(i));
    }
  }

  @Test
  void leadsAwayFromTheNegativePrompt() {
    byte[] plain = make(request(0, 1, _ -> new Prompt("steel"), new Guidance.Prompt())).getFirst();

    assertThat(
            make(request(0, 1, _ -> new Prompt("steel", "blurry"), new Guidance.Prompt()))
                .getFirst())
        .isNotEqualTo(plain);
  }

  @Test
  void isToldTheClassWhereThereAreNoPrompts() {
    assertThat(make(request(0, 1, null, new Guidance.Prompt())).getFirst())
        .isEqualTo(make(request(0, 1, _ -> new Prompt("crack"), new Guidance.Prompt())).getFirst());
  }

  @Test
  void startsFromRealSamples() {
    LabelledImages real = real(FORM, 3);
    List<byte[]> none = make(request(0, 3, null, new Guidance.Mixed(0, real)));
    List<byte[]> hardly = make(request(0, 3, null, new Guidance.Mixed(0.01, real)));
    List<byte[]> half = make(request(0, 3, null, new Guidance.Mixed(0.5, real)));
    List<byte[]> all = make(request(0, 3, null, new Guidance.Mixed(1, real)));
    List<byte[]> prompt = make(request(0, 3, null, new Guidance.Prompt()));

    assertThat(none).containsExactlyInAnyOrderElementsOf(pixels(real));
    for (int i = 0; i < 3; i++) {
      assertThat(hardly.get(i)).isNotEqualTo(none.get(i));
      assertThat(half.get(i)).isNotEqualTo(prompt.get(i)).isNotEqualTo(hardly.get(i));
      assertThat(all.get(i)).isEqualTo(prompt.get(i));
    }
  }

  @Test
  void makesTheSameOfRealSamplesHoweverTheyAreCutIntoBatches() {
    LabelledImages real = real(FORM, 4);
    List<byte[]> whole = make(request(0, 11, null, new Guidance.Mixed(0.5, real)));
    List<byte[]> later = make(request(3, 5, null, new Guidance.Mixed(0.5, real)));

    assertThat(later).containsExactlyElementsOf(whole.subList(3, 8));
  }

  @Test
  void saysNothingWhereRealSamplesGuideAlone() {
    LabelledImages real = real(FORM, 2);
    byte[] sample = make(request(0, 1, null, new Guidance.Real(0.5, real))).getFirst();

    assertThat(
            make(request(0, 1, _ -> new Prompt("dark iron"), new Guidance.Real(0.5, real)))
                .getFirst())
        .isEqualTo(sample);
    assertThat(make(request(0, 1, null, new Guidance.Mixed(0.5, real))).getFirst())
        .isNotEqualTo(sample);
  }

  @Test
  void bringsImagesToTheFormOfTheRun() {
    ImageForm small = new ImageForm(28, 1);
    List<LabelledImages> large = new ArrayList<>();
    generator.generate(request(0, 2, null, new Guidance.Prompt()), large::add, Progress.SILENT);
    try (Generator other = load(small)) {
      assertThat(other.capabilities().form()).isEqualTo(small);
      List<LabelledImages> made = new ArrayList<>();
      other.generate(request(0, 2, null, new Guidance.Prompt()), made::add, Progress.SILENT);

      assertThat(made).hasSize(1);
      assertThat(made.getFirst().form()).isEqualTo(small);
      assertThat(pixels(made.getFirst()))
          .containsExactlyElementsOf(pixels(large.getFirst().inForm(small)));

      made.clear();
      other.generate(
          request(0, 2, null, new Guidance.Mixed(0.5, real(small, 2))), made::add, Progress.SILENT);
      assertThat(made.getFirst().form()).isEqualTo(small);
    }
  }

  @Test
  void doesNotEnlargeItsImages() {
    try (Generator other = load(new ImageForm(65, 1))) {
      assertThat(other.capabilities().form()).isEqualTo(FORM);
    }
  }

  @Test
  void tellsHowFarItIsAndWhichPromptsWereCut() {
    List<String> stages = new ArrayList<>();
    List<Double> fractions = new ArrayList<>();
    IntFunction<Prompt> prompts = i -> new Prompt("steel ".repeat(i == 1 ? 76 : 75));
    generator.generate(
        request(0, 9, prompts, new Guidance.Prompt()),
        _ -> {},
        (fraction, stage) -> {
          fractions.add(fraction);
          stages.add(stage);
        });

    assertThat(fractions).hasSize(2 * STEPS).isSorted().last().isEqualTo(1.0);
    assertThat(stages.getLast()).isEqualTo("sample 9 of 9, 1 prompts too long and cut");
  }

  @Test
  void stopsWhenItIsCancelled() {
    List<LabelledImages> made = new ArrayList<>();
    Progress impatient =
        (fraction, _) -> {
          if (fraction > 0.5) {
            throw new KumiaiException.Cancelled("enough");
          }
        };

    assertThatThrownBy(
            () ->
                generator.generate(
                    request(0, 16, null, new Guidance.Prompt()), made::add, impatient))
        .isInstanceOf(KumiaiException.Cancelled.class);
    assertThat(made).hasSize(1);
  }

  @Test
  void refusesRealSamplesOfOtherClassesOrForms() {
    LabelledImages real = real(FORM, 1);
    for (Guidance guidance :
        List.of(
            new Guidance.Mixed(
                0.5, LabelledImages.of(List.of("crack", "pit"), FORM, pixels(real), new int[] {1})),
            new Guidance.Real(0.5, real(new ImageForm(32, 3), 1)))) {
      GenerationRequest request = request(0, 1, null, guidance);
      assertThatThrownBy(() -> make(request))
          .isInstanceOfSatisfying(
              KumiaiException.Invalid.class,
              e -> assertThat(e.code()).isEqualTo("guidance-samples-mismatch"));
    }
  }

  private static GenerationRequest request(
      int first, int count, @Nullable IntFunction<Prompt> prompts, Guidance guidance) {
    return request("crack", first, count, prompts, guidance, 1);
  }

  private static GenerationRequest request(
      String label,
      int first,
      int count,
      @Nullable IntFunction<Prompt> prompts,
      Guidance guidance,
      long seed) {
    return new GenerationRequest(label, first, count, prompts, guidance, 5, STEPS, seed);
  }

  private static List<byte[]> make(GenerationRequest request) {
    List<byte[]> made = new ArrayList<>();
    generator.generate(
        request,
        batch -> {
          assertThat(batch.form()).isEqualTo(FORM);
          assertThat(batch.countByName()).containsEntry(request.label(), batch.size());
          made.addAll(pixels(batch));
        },
        Progress.SILENT);
    return made;
  }

  private static LabelledImages real(ImageForm form, int count) {
    List<byte[]> images =
        IntStream.range(0, count)
            .mapToObj(
                image -> {
                  byte[] pixels = new byte[form.values()];
                  for (int i = 0; i < pixels.length; i++) {
                    pixels[i] = (byte) (i % form.size() * (image + 2));
                  }
                  return pixels;
                })
            .toList();
    return LabelledImages.of(List.of("crack", "pit"), form, images, new int[count]);
  }

  private static List<byte[]> pixels(LabelledImages images) {
    List<byte[]> pixels = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      byte[] one = new byte[images.form().values()];
      images.copyPixels(i, one, 0);
      pixels.add(one);
    }
    return pixels;
  }
}
