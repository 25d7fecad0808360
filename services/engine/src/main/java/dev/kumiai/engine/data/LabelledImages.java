package dev.kumiai.engine.data;

import dev.kumiai.core.Digest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Decoded images with a class each, in memory as unsigned bytes. Immutable.
///
/// Pixels stand planar: sample, channel, row, column. At one byte a value, 60,000 MNIST images take
/// 47 MB; batches become floats only on their way to the device.
public final class LabelledImages {

  private final List<String> classes;
  private final ImageForm form;
  private final byte[][] pixels;
  private final int[] labels;

  private LabelledImages(List<String> classes, ImageForm form, byte[][] pixels, int[] labels) {
    this.classes = List.copyOf(classes);
    this.form = form;
    this.pixels = pixels;
    this.labels = labels;
  }

  /// Wraps decoded images.
  ///
  /// @param pixels one array of [ImageForm#values] bytes for each image, planar; the arrays are
  ///   kept, not copied, and must not change afterwards
  /// @param labels index into `classes` for each image
  public static LabelledImages of(
      List<String> classes, ImageForm form, List<byte[]> pixels, int[] labels) {
    if (pixels.size() != labels.length) {
      throw new IllegalArgumentException(
          pixels.size() + " images and " + labels.length + " labels");
    }
    for (byte[] image : pixels) {
      if (image.length != form.values()) {
        throw new IllegalArgumentException(image.length + " bytes are no image of " + form);
      }
    }
    for (int label : labels) {
      Objects.checkIndex(label, classes.size());
    }
    return new LabelledImages(classes, form, pixels.toArray(byte[][]::new), labels.clone());
  }

  /// No images.
  public static LabelledImages none(List<String> classes, ImageForm form) {
    return new LabelledImages(classes, form, new byte[0][], new int[0]);
  }

  /// The classes that labels point to, whether an image of them is here or not.
  public List<String> classes() {
    return classes;
  }

  public ImageForm form() {
    return form;
  }

  public int size() {
    return labels.length;
  }

  public boolean isEmpty() {
    return labels.length == 0;
  }

  /// Index into [#classes] of image `index`.
  public int label(int index) {
    return labels[index];
  }

  /// Copies the planar pixels of image `index` to `target` from `offset`.
  public void copyPixels(int index, byte[] target, int offset) {
    System.arraycopy(pixels[index], 0, target, offset, form.values());
  }

  /// SHA-256 of the pixels of image `index`: equal for the same picture, whatever file it came
  /// from.
  public Digest contentDigest(int index) {
    return Digest.of(pixels[index]);
  }

  /// The images at `indices`, in that order; pixels are shared.
  public LabelledImages select(int[] indices) {
    byte[][] chosen = new byte[indices.length][];
    int[] chosenLabels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      chosen[i] = pixels[indices[i]];
      chosenLabels[i] = labels[indices[i]];
    }
    return new LabelledImages(classes, form, chosen, chosenLabels);
  }

  /// The images of one class, under no other; pixels are shared.
  public LabelledImages ofClass(String label) {
    int wanted = classes.indexOf(label);
    int[] members = IntStream.range(0, size()).filter(i -> labels[i] == wanted).toArray();
    return new LabelledImages(
        List.of(label), form, select(members).pixels, new int[members.length]);
  }

  /// The same images under other labels; pixels are shared.
  ///
  /// @param others index into [#classes] for each image
  public LabelledImages relabelled(int[] others) {
    return of(classes, form, List.of(pixels), others);
  }

  /// These images and then `others`, of the same classes and form.
  public LabelledImages plus(LabelledImages others) {
    if (!classes.equals(others.classes) || !form.equals(others.form)) {
      throw new IllegalArgumentException("images of other classes or another form");
    }
    byte[][] joined = Arrays.copyOf(pixels, pixels.length + others.pixels.length);
    System.arraycopy(others.pixels, 0, joined, pixels.length, others.pixels.length);
    int[] joinedLabels = Arrays.copyOf(labels, joined.length);
    System.arraycopy(others.labels, 0, joinedLabels, labels.length, others.labels.length);
    return new LabelledImages(classes, form, joined, joinedLabels);
  }

  /// The same images brought to another form: shrunk by averaging areas, enlarged linearly, in grey
  /// by the weights of luminance.
  public LabelledImages inForm(ImageForm wanted) {
    if (wanted.equals(form)) {
      return this;
    }
    byte[][] brought = new byte[pixels.length][];
    for (int i = 0; i < brought.length; i++) {
      brought[i] = OpenCv.toForm(pixels[i], form, wanted);
    }
    return new LabelledImages(classes, wanted, brought, labels);
  }

  /// Images per class, by class index.
  public int[] countPerClass() {
    int[] counts = new int[classes.size()];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  /// Images per class, by name.
  public SortedMap<String, Integer> countByName() {
    SortedMap<String, Integer> counts = new TreeMap<>();
    int[] perClass = countPerClass();
    for (int c = 0; c < perClass.length; c++) {
      counts.put(classes.get(c), perClass[c]);
    }
    return counts;
  }
}
