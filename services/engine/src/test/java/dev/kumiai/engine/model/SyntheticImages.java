package dev.kumiai.engine.model;

import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/// Noise with a bright bar whose position is the class: easy to learn, and no two images are the
/// same.
final class SyntheticImages {

  private SyntheticImages() {}

  static LabelledImages of(int count, int classes, ImageForm form, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int[] labels = IntStream.range(0, count).map(i -> i % classes).toArray();
    return of(labels, classes, form, random);
  }

  static LabelledImages of(int[] labels, int classes, ImageForm form, RandomGenerator random) {
    List<byte[]> pixels = new ArrayList<>();
    for (int label : labels) {
      pixels.add(image(label, classes, form, random));
    }
    List<String> names = IntStream.range(0, classes).mapToObj(c -> "class-" + c).toList();
    return LabelledImages.of(names, form, pixels, labels);
  }

  private static byte[] image(int label, int classes, ImageForm form, RandomGenerator random) {
    byte[] image = new byte[form.values()];
    random.nextBytes(image);
    int height = Math.max(1, form.size() / classes);
    for (int i = 0; i < image.length; i++) {
      int row = i / form.size() % form.size();
      image[i] = (byte) ((image[i] & 0x7f) + (row / height == label ? 0x80 : 0));
    }
    return image;
  }
}
