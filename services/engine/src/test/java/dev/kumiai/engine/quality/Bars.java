package dev.kumiai.engine.quality;

import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/// Images with a bright bar on a dim, uneven ground: the height of the bar is the class, and width,
/// place and brightness differ from image to image.
final class Bars {

  static final ImageForm FORM = new ImageForm(16, 1);
  static final List<String> CLASSES = List.of("high", "low", "middle", "none");
  static final EngineDevice DEVICE = EngineDevice.cpu(1);

  private Bars() {}

  /// So many of each class, in turn.
  static LabelledImages of(long seed, int high, int low, int middle) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int[] counts = {high, low, middle};
    List<byte[]> pixels = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < Math.max(high, Math.max(low, middle)); i++) {
      for (int c = 0; c < counts.length; c++) {
        if (i < counts[c]) {
          pixels.add(image(c, random));
          labels.add(c);
        }
      }
    }
    return LabelledImages.of(
        CLASSES, FORM, pixels, labels.stream().mapToInt(Integer::intValue).toArray());
  }

  private static byte[] image(int label, RandomGenerator random) {
    int[] centres = {3, 12, 8};
    int row = centres[label] + random.nextInt(-1, 2);
    int left = random.nextInt(0, 6);
    int right = random.nextInt(10, 16);
    int brightness = random.nextInt(150, 250);
    double slope = random.nextDouble(-3, 3);
    byte[] image = new byte[FORM.values()];
    for (int i = 0; i < image.length; i++) {
      int r = i / FORM.size();
      int c = i % FORM.size();
      boolean bar = Math.abs(r - row) <= 1 && c >= left && c <= right;
      double value = bar ? brightness : 50 + slope * (c - 8) + random.nextInt(0, 16);
      image[i] = (byte) Math.round(value);
    }
    return image;
  }

  /// Under another class.
  static LabelledImages as(String label, LabelledImages images) {
    return Relabelled.all(images, CLASSES, CLASSES.indexOf(label));
  }

  static LabelledImages ofClass(String label, LabelledImages images) {
    return Images.ofClass(images, CLASSES.indexOf(label));
  }

  static LabelledImages first(int count, LabelledImages images) {
    return images.select(IntStream.range(0, count).toArray());
  }

  /// The same images, each value changed by at most so many levels.
  static LabelledImages nearly(LabelledImages images, int levels, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<byte[]> pixels = new ArrayList<>();
    int[] labels = new int[images.size()];
    for (int i = 0; i < images.size(); i++) {
      byte[] image = new byte[images.form().values()];
      images.copyPixels(i, image, 0);
      for (int p = 0; p < image.length; p++) {
        int value = (image[p] & 0xff) + random.nextInt(-levels, levels + 1);
        image[p] = (byte) Math.clamp(value, 0, 255);
      }
      pixels.add(image);
      labels[i] = images.label(i);
    }
    return LabelledImages.of(images.classes(), images.form(), pixels, labels);
  }

  static LabelledImages flat(String label, int value) {
    byte[] image = new byte[FORM.values()];
    Arrays.fill(image, (byte) value);
    return LabelledImages.of(CLASSES, FORM, List.of(image), new int[] {CLASSES.indexOf(label)});
  }
}
