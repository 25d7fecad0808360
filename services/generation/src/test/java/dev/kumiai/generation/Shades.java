package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.Progress;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.CaptionedImages;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.DiffusionArchitecture;
import dev.kumiai.engine.generator.GeneratorTraining;
import dev.kumiai.engine.generator.TrainingSettings;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.FilterSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.task.TaskSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A generator that was trained for a moment, and what is asked of it.
final class Shades {

  static final ImageForm FORM = new ImageForm(8, 1);
  static final List<String> KNOWN = List.of("bright", "dark", "grey");
  static final Digest PLAN = Digest.of(new byte[] {1});

  /// The least that filters can be.
  static final FilterSpec NO_FILTERS =
      new FilterSpec(
          false,
          false,
          FilterSpec.DEFAULT.minLabelProbability(),
          false,
          FilterSpec.DEFAULT.duplicateDistance(),
          false,
          FilterSpec.DEFAULT.nearCopyRatio());

  private Shades() {}

  /// Trains the generator; the same each time.
  static Digest train(Path folder) {
    return train(folder, CaptionedImages.without(images(10)));
  }

  /// Trains one that knows these words.
  static Digest trainWithWords(Path folder, String... words) {
    LabelledImages images = images(10);
    return train(
        folder,
        new CaptionedImages(
            images,
            IntStream.range(0, images.size()).mapToObj(i -> words[i % words.length]).toList()));
  }

  private static Digest train(Path folder, CaptionedImages images) {
    TrainingSettings settings =
        new TrainingSettings(
            new DiffusionArchitecture(List.of(8, 16), 16, 2, 4),
            new TrainingSettings.Budget.Steps(3),
            8,
            2e-3,
            11);
    return new GeneratorTraining(images, settings, EngineDevice.cpu(1))
        .run("shades", "Apache-2.0", folder.resolve("shades.safetensors"), Progress.SILENT)
        .file();
  }

  /// Images of one shade each, no two the same.
  static LabelledImages images(int perClass) {
    List<byte[]> pixels = new ArrayList<>();
    int[] labels = new int[KNOWN.size() * perClass];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % KNOWN.size();
      byte[] image = new byte[FORM.values()];
      Arrays.fill(image, (byte) (60 + 60 * labels[i] + i));
      pixels.add(image);
    }
    return LabelledImages.of(KNOWN, FORM, pixels, labels);
  }

  static DataSpec data(ImageForm form) {
    return new DataSpec(
        "shades", List.of("bright", "dark", "grey", "purple"), form.size(), form.channels(), 0);
  }

  static GenerationSpec spec(Digest generator) {
    return GenerationSpec.ofTotal(new GeneratorRef.File(generator), 10)
        .withSampling(2, 3)
        .withFilters(NO_FILTERS);
  }

  static TaskSpec.Generate task(GenerationSpec spec, Map<String, Integer> budget) {
    return new TaskSpec.Generate(PLAN, data(FORM), spec, budget, 9);
  }

  static TaskSpec.Generate task(Digest generator, Map<String, Integer> budget) {
    return task(spec(generator), budget);
  }

  /// What is in a folder, by name, but for what things cost: two sets are the same when this is.
  static SortedMap<String, Digest> contents(Path folder) {
    SortedMap<String, Digest> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.getFileName().toString().equals(SetCost.NAME)) {
          contents.put(folder.relativize(file).toString(), Digest.of(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return contents;
  }
}
