package dev.kumiai.engine.quality;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.data.LabelledImages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The same images under other classes.
final class Relabelled {

  private Relabelled() {}

  /// All images as of one class.
  static LabelledImages all(LabelledImages images, List<String> classes, int label) {
    int[] labels = new int[images.size()];
    Arrays.fill(labels, label);
    return LabelledImages.of(classes, images.form(), pixels(images), labels);
  }

  /// The images of `classes`, found by their names. A generator may know more classes than a run,
  /// in another order.
  ///
  /// @throws KumiaiException.Invalid `class-unknown` for an image of another class
  static LabelledImages to(List<String> classes, LabelledImages images) {
    if (images.classes().equals(classes)) {
      return images;
    }
    int[] labels =
        IntStream.range(0, images.size())
            .map(i -> require(classes, images.classes().get(images.label(i))))
            .toArray();
    return LabelledImages.of(classes, images.form(), pixels(images), labels);
  }

  private static int require(List<String> classes, String name) {
    int label = classes.indexOf(name);
    if (label < 0) {
      throw new KumiaiException.Invalid(
          "class-unknown",
          "there is an image of class '%s', and the run has the classes %s: correct the run or the set"
              .formatted(name, classes));
    }
    return label;
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
}
