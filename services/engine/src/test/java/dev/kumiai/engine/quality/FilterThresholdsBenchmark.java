package dev.kumiai.engine.quality;

import dev.kumiai.core.Progress;
import dev.kumiai.core.quality.FilterCounts;
import dev.kumiai.core.quality.FilterRules;
import dev.kumiai.core.quality.Verdict;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.LabelledImages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/// How often the filters are wrong, on published images: a site holds some images of some classes,
/// and looks at others of the same classes, which are as good as samples can be (every one that is
/// dropped is a mistake), at these under wrong labels, and at its own with noise (every one that is
/// kept is a mistake).
///
/// Arguments: folder of a data set, image size, channels, private images per class, classes.
final class FilterThresholdsBenchmark {

  private static final int LOOKED_AT = 100;
  private static final int NOISE = 12;

  private FilterThresholdsBenchmark() {}

  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    ImageForm form = new ImageForm(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    int perClass = Integer.parseInt(arguments[3]);
    int classes = Integer.parseInt(arguments[4]);
    LabelledImages all = ImageSets.load(folder, ImageSets.classesOf(folder), form).images();
    LabelledImages own = part(all, classes, 0, perClass);
    LabelledImages fresh = part(all, classes, perClass, LOOKED_AT);
    long start = System.nanoTime();
    try (SiteEye eye = SiteEye.open(own, 1, EngineDevice.cpu(1), Progress.SILENT)) {
      System.out.printf(
          Locale.ROOT,
          "%s: %d private images of %d classes, classifier %.1f s, recognises %s%n",
          folder.getFileName(),
          own.size(),
          classes,
          (System.nanoTime() - start) / 1e9,
          eye.classifier().map(c -> c.recognised().values().toString()).orElse("-"));
      for (double floor : new double[] {0.001, 0.01, 0.05, 0.1}) {
        FilterRules rules = new FilterRules(true, true, floor, true, 0.01, false, 0);
        print("least probability " + floor + ", as they are", rules, eye, fresh);
        print("least probability " + floor + ", wrong labels", rules, eye, wrong(fresh, classes));
      }
      for (double ratio : new double[] {0.25, 0.5, 0.75}) {
        FilterRules rules = new FilterRules(true, false, 0, false, 0, true, ratio);
        print("near copy ratio " + ratio + ", others", rules, eye, fresh);
        LabelledImages some = part(own, classes, 0, Math.min(LOOKED_AT, perClass));
        print("near copy ratio " + ratio + ", own + noise", rules, eye, noisy(some));
        print("near copy ratio " + ratio + ", own shifted", rules, eye, shifted(some));
      }
    }
  }

  private static void print(String what, FilterRules rules, SiteEye eye, LabelledImages images) {
    long start = System.nanoTime();
    FilterCounts counts = FilterCounts.NONE;
    for (Verdict verdict : new SiteFilter(rules, eye).judge(images)) {
      counts = counts.plus(verdict);
    }
    System.out.printf(
        Locale.ROOT,
        "  %-40s dropped %5.1f %% %s, %d unjudged, %.2f ms each%n",
        what,
        100.0 * (counts.total() - counts.kept()) / counts.total(),
        counts.dropped(),
        counts.unjudged(),
        (System.nanoTime() - start) / 1e6 / counts.total());
  }

  private static LabelledImages part(LabelledImages all, int classes, int first, int perClass) {
    List<Integer> chosen = new ArrayList<>();
    int[] seen = new int[all.classes().size()];
    for (int i = 0; i < all.size(); i++) {
      int label = all.label(i);
      int index = seen[label]++;
      if (label < classes && index >= first && index < first + perClass) {
        chosen.add(i);
      }
    }
    return all.select(chosen.stream().mapToInt(Integer::intValue).toArray());
  }

  private static LabelledImages wrong(LabelledImages images, int classes) {
    int[] labels =
        IntStream.range(0, images.size()).map(i -> (images.label(i) + 1) % classes).toArray();
    return changed(images, labels, image -> image);
  }

  private static LabelledImages noisy(LabelledImages images) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    return changed(
        images,
        labels(images),
        image -> {
          for (int i = 0; i < image.length; i++) {
            double value = (image[i] & 0xff) + NOISE * random.nextGaussian();
            image[i] = (byte) Math.clamp(Math.round(value), 0, 255);
          }
          return image;
        });
  }

  private static LabelledImages shifted(LabelledImages images) {
    return changed(
        images,
        labels(images),
        image -> {
          byte[] moved = new byte[image.length];
          System.arraycopy(image, 0, moved, 1, image.length - 1);
          return moved;
        });
  }

  private static int[] labels(LabelledImages images) {
    return IntStream.range(0, images.size()).map(images::label).toArray();
  }

  private interface Change {
    byte[] of(byte[] image);
  }

  private static LabelledImages changed(LabelledImages images, int[] labels, Change change) {
    List<byte[]> pixels = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      byte[] image = new byte[images.form().values()];
      images.copyPixels(i, image, 0);
      pixels.add(change.of(image));
    }
    return LabelledImages.of(
        images.classes(), images.form(), pixels, Arrays.copyOf(labels, labels.length));
  }
}
