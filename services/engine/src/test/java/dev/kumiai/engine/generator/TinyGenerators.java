package dev.kumiai.engine.generator;

import dev.kumiai.core.Progress;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.CaptionedImages;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Small generators and images, quick enough for unit tests.
final class TinyGenerators {

  static final List<String> CLASSES = List.of("dark", "bright");
  static final DiffusionArchitecture ARCHITECTURE =
      new DiffusionArchitecture(List.of(8, 16), 16, 2, 4);

  private TinyGenerators() {}

  /// Images of a constant grey: dark ones from 20, bright ones from 180.
  static LabelledImages images(ImageForm form, int perClass) {
    List<byte[]> pixels = new ArrayList<>();
    int[] labels = new int[2 * perClass];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 2;
      byte[] image = new byte[form.values()];
      Arrays.fill(image, (byte) ((labels[i] == 0 ? 20 : 180) + i % 50));
      pixels.add(image);
    }
    return LabelledImages.of(CLASSES, form, pixels, labels);
  }

  /// Those images with one half made lighter, and the word for it: `left` or `right`.
  static CaptionedImages captioned(ImageForm form, int perClass) {
    LabelledImages plain = images(form, perClass);
    List<byte[]> pixels = new ArrayList<>();
    List<String> captions = new ArrayList<>();
    int[] labels = new int[plain.size()];
    for (int i = 0; i < plain.size(); i++) {
      boolean left = i / 2 % 2 == 0;
      byte[] image = new byte[form.values()];
      plain.copyPixels(i, image, 0);
      for (int p = 0; p < image.length; p++) {
        if (p % form.size() < form.size() / 2 == left) {
          image[p] = (byte) (image[p] + 25);
        }
      }
      pixels.add(image);
      captions.add(left ? "left" : "right");
      labels[i] = plain.label(i);
    }
    return new CaptionedImages(LabelledImages.of(CLASSES, form, pixels, labels), captions);
  }

  static TrainingSettings settings(int steps) {
    return new TrainingSettings(
        ARCHITECTURE, new TrainingSettings.Budget.Steps(steps), 8, 2e-3, 11);
  }

  /// Trains a generator for so many steps and writes its file.
  static GeneratorTraining.Outcome train(Path file, ImageForm form, int steps) {
    return train(file, CaptionedImages.without(images(form, 10)), steps);
  }

  /// Trains one on given images.
  static GeneratorTraining.Outcome train(Path file, CaptionedImages images, int steps) {
    return new GeneratorTraining(images, settings(steps), EngineDevice.cpu(1))
        .run("constant images", "Apache-2.0", file, Progress.SILENT);
  }
}
