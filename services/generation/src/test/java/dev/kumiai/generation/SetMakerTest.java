package dev.kumiai.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.Progress;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.core.prompt.PromptCatalogue;
import dev.kumiai.core.prompt.PromptCatalogue.Mode;
import dev.kumiai.core.prompt.Prompts;
import dev.kumiai.core.quality.Verdict;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.Capabilities;
import dev.kumiai.engine.generator.GenerationRequest;
import dev.kumiai.engine.generator.Generator;
import dev.kumiai.engine.generator.Guidance;
import dev.kumiai.engine.quality.SampleFilter;
import dev.kumiai.worker.generated.GeneratedSample;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a set says of samples whose generator is told more than the class, or has not enough of
/// them.
final class SetMakerTest {

  private static final PromptCatalogue CATALOGUE =
      new PromptCatalogue(
          Mode.MULTIPLE,
          List.of("a {severity} {class}", "{class}, {severity}"),
          new TreeMap<>(Map.of("severity", List.of("faint", "severe"))),
          new TreeMap<>(),
          "text");

  @TempDir private Path folder;

  /// Paints each sample in a shade that follows from what it is told, and has only so many.
  private static final class Painter implements Generator {
    private final int stock;
    private final List<String> told = new ArrayList<>();

    Painter(int stock) {
      this.stock = stock;
    }

    @Override
    public Capabilities capabilities() {
      return new Capabilities(
          new Capabilities.Open(), Shades.FORM, Set.of(Guidance.Kind.PROMPT), true);
    }

    @Override
    public void generate(
        GenerationRequest request, Consumer<LabelledImages> sink, Progress progress) {
      int end = Math.min(request.first() + request.count(), stock);
      for (int i = request.first(); i < end; i++) {
        String prompt = request.prompts() == null ? "" : request.prompts().apply(i).text();
        told.add(prompt);
        byte[] image = new byte[Shades.FORM.values()];
        Arrays.fill(image, (byte) (prompt.hashCode() + i));
        sink.accept(
            LabelledImages.of(List.of(request.label()), Shades.FORM, List.of(image), new int[1]));
      }
    }

    @Override
    public void close() {}
  }

  /// Keeps everything.
  private static final class Content implements SampleFilter<LabelledImages> {
    @Override
    public List<Verdict> judge(LabelledImages batch) {
      return Collections.nCopies(batch.size(), new Verdict.Kept());
    }

    @Override
    public void remember(LabelledImages kept) {}

    @Override
    public void close() {}
  }

  private List<GeneratedSample> make(
      Painter painter, @Nullable Prompts prompts, Map<String, Integer> budget) throws Exception {
    GrowingSet set = GrowingSet.resume(folder);
    new SetMaker(
            Shades.task(Digest.of(new byte[1]), budget),
            painter,
            new RealSamples(LabelledImages.none(Shades.data(Shades.FORM).classes(), Shades.FORM)),
            prompts,
            new Content(),
            set,
            8,
            EnergyMeter.ofThisMachine(),
            Clock.systemUTC())
        .make(Progress.SILENT);
    return set.samples();
  }

  @Test
  void recordsWithEverySampleWhatItsGeneratorWasTold() throws Exception {
    Painter painter = new Painter(100);
    Prompts prompts = new Prompts(CATALOGUE, 9);

    List<GeneratedSample> samples = make(painter, prompts, Map.of("bright", 20, "dark", 3));

    assertThat(samples).hasSize(23);
    assertThat(samples).extracting(GeneratedSample::prompt).containsExactlyElementsOf(painter.told);
    assertThat(samples)
        .allSatisfy(
            sample -> {
              Prompt prompt = prompts.at(sample.label(), sample.index());
              assertThat(sample.prompt()).isEqualTo(prompt.text());
              assertThat(sample.negativePrompt()).isEqualTo("text");
            });
    assertThat(samples).extracting(GeneratedSample::prompt).contains("a severe bright");
  }

  @Test
  void saysNothingOfPromptsWhereThereAreNone() throws Exception {
    List<GeneratedSample> samples = make(new Painter(100), null, Map.of("bright", 1));

    assertThat(samples.getFirst().prompt()).isNull();
    assertThat(samples.getFirst().negativePrompt()).isNull();
  }

  @Test
  void aGeneratorThatHasNoMoreEndsItsClassesShort() throws Exception {
    List<GeneratedSample> samples = make(new Painter(11), null, Map.of("bright", 20, "dark", 5));

    assertThat(samples).filteredOn(sample -> sample.label().equals("bright")).hasSize(11);
    assertThat(samples).filteredOn(sample -> sample.label().equals("dark")).hasSize(5);
    assertThat(
            SetMaking.report(
                    Shades.task(Digest.of(new byte[1]), Map.of("bright", 20, "dark", 5)),
                    samples,
                    List.of())
                .classes())
        .extractingByKey("bright")
        .satisfies(bright -> assertThat(Objects.requireNonNull(bright).missing()).isEqualTo(9));
  }
}
