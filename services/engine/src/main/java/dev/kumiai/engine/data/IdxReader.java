package dev.kumiai.engine.data;

import dev.kumiai.core.KumiaiException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// Reads the IDX format of MNIST: unsigned bytes behind a header of a magic number and the sizes of
/// the dimensions, all big-endian 32-bit integers. Images are N x height x width, or N x height x
/// width x 3 in the order red, green, blue; labels are N.
///
/// The format: http://yann.lecun.com/exdb/mnist/
final class IdxReader {

  private static final int MAX_SIDE = 1 << 14;

  private IdxReader() {}

  /// The two parts in which such a set is published.
  enum Part {
    TRAIN("train"),
    TEST("t10k");

    private final String prefix;

    Part(String prefix) {
      this.prefix = prefix;
    }
  }

  /// Whether a file of this part is there; the other of its pair may be missing, which [#read]
  /// reports.
  static boolean holds(Path directory, Part part) {
    return images(directory, part).isPresent() || labels(directory, part).isPresent();
  }

  static List<String> classesOf(Path directory, Part part) throws IOException {
    byte[] labels = readLabels(require(labels(directory, part), directory, part, "labels-idx1"));
    int largest = IntStream.range(0, labels.length).map(i -> labels[i] & 0xff).max().orElse(-1);
    return IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList();
  }

  static int channelsOf(Path directory, Part part) throws IOException {
    Path file = require(images(directory, part), directory, part, "images-idx3");
    try (DataInputStream in = open(file)) {
      return in.readInt() == magic(4) ? 3 : 1;
    } catch (EOFException | ZipException e) {
      throw truncated(file, e);
    }
  }

  static LabelledImages read(Path directory, Part part, List<String> classes, ImageForm form)
      throws IOException {
    Path labelFile = require(labels(directory, part), directory, part, "labels-idx1");
    Path imageFile = require(images(directory, part), directory, part, "images-idx3");
    byte[] labels = readLabels(labelFile);
    int[] indices = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      indices[i] = labels[i] & 0xff;
      if (indices[i] >= classes.size()) {
        throw new KumiaiException.Invalid(
            "idx-label-out-of-range",
            labelFile
                + ": label "
                + i
                + " is "
                + indices[i]
                + ", but there are only "
                + classes.size()
                + " classes: name all of them");
      }
    }
    return LabelledImages.of(
        classes, form, readImages(imageFile, labelFile, labels.length, form), indices);
  }

  private static byte[] readLabels(Path file) throws IOException {
    try (DataInputStream in = open(file)) {
      requireMagic(file, in.readInt(), 1);
      int count = requireCount(file, in.readInt());
      byte[] labels = in.readNBytes(count);
      if (labels.length < count) {
        throw truncated(file, null);
      }
      requireEnd(file, in);
      return labels;
    } catch (EOFException | ZipException e) {
      throw truncated(file, e);
    }
  }

  private static List<byte[]> readImages(Path file, Path labelFile, int labels, ImageForm form)
      throws IOException {
    try (DataInputStream in = open(file)) {
      int magic = in.readInt();
      boolean colour = magic == magic(4);
      if (!colour) {
        requireMagic(file, magic, 3);
      }
      int count = requireCount(file, in.readInt());
      if (count != labels) {
        throw new KumiaiException.Invalid(
            "idx-counts-differ",
            file
                + " has "
                + count
                + " images but "
                + labelFile
                + " has "
                + labels
                + " labels: take both files from the same set");
      }
      int height = requireSide(file, in.readInt());
      int width = requireSide(file, in.readInt());
      int channels = colour ? in.readInt() : 1;
      if (colour && channels != 3) {
        throw new KumiaiException.Invalid(
            "idx-shape", file + " has " + channels + " channels: with four dimensions it takes 3");
      }
      List<byte[]> images = readImages(in, count, height, width, channels, form);
      requireEnd(file, in);
      return images;
    } catch (EOFException | ZipException e) {
      throw truncated(file, e);
    }
  }

  private static List<byte[]> readImages(
      DataInputStream in, int count, int height, int width, int channels, ImageForm form)
      throws IOException {
    boolean asIs =
        channels == 1 && form.channels() == 1 && height == form.size() && width == height;
    // One by one, so that a header that lies about its count cannot take more memory than the file
    // has bytes for.
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] image = new byte[height * width * channels];
      in.readFully(image);
      images.add(asIs ? image : OpenCv.toForm(image, height, width, channels, form));
    }
    return images;
  }

  private static DataInputStream open(Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    if (!file.toString().endsWith(".gz")) {
      return new DataInputStream(raw);
    }
    try {
      return new DataInputStream(
          new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16));
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  private static int magic(int dimensions) {
    return 0x0800 | dimensions;
  }

  private static void requireMagic(Path file, int magic, int dimensions) {
    if (magic != magic(dimensions)) {
      throw new KumiaiException.Invalid(
          "idx-magic",
          String.format(
              "%s starts with 0x%08x instead of 0x%08x: it is no IDX file of unsigned bytes in %d"
                  + " dimensions",
              file, magic, magic(dimensions), dimensions));
    }
  }

  private static int requireCount(Path file, int count) {
    if (count < 0) {
      throw new KumiaiException.Invalid("idx-shape", file + " says it has " + count + " entries");
    }
    return count;
  }

  private static int requireSide(Path file, int side) {
    if (side < 1 || side > MAX_SIDE) {
      throw new KumiaiException.Invalid(
          "idx-shape", file + " says its images have a side of " + side + " pixels");
    }
    return side;
  }

  private static void requireEnd(Path file, InputStream in) throws IOException {
    if (in.read() >= 0) {
      throw new KumiaiException.Invalid(
          "idx-trailing-bytes",
          file
              + " goes on after its last entry: its header does not match its content, get it again");
    }
  }

  private static KumiaiException truncated(Path file, @Nullable IOException e) {
    String message = file + " is cut off or damaged: get it again";
    return e == null
        ? new KumiaiException.Invalid("idx-truncated", message)
        : new KumiaiException.Invalid("idx-truncated", message, e);
  }

  private static Path require(Optional<Path> file, Path directory, Part part, String kind) {
    return file.orElseThrow(
        () ->
            new KumiaiException.Invalid(
                "idx-pair-incomplete",
                directory
                    + " lacks "
                    + part.prefix
                    + "-"
                    + kind
                    + "-ubyte (or with .gz): IDX images"
                    + " and labels come in pairs"));
  }

  /// The files of a part that are there.
  static List<Path> filesOf(Path directory, Part part) {
    return Stream.of(images(directory, part), labels(directory, part))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Path> images(Path directory, Part part) {
    return first(directory, part.prefix + "-images-idx3-ubyte", part.prefix + "-images-idx4-ubyte");
  }

  private static Optional<Path> labels(Path directory, Part part) {
    return first(directory, part.prefix + "-labels-idx1-ubyte");
  }

  private static Optional<Path> first(Path directory, String... names) {
    return Stream.of(names)
        .flatMap(name -> Stream.of(name + ".gz", name))
        .map(directory::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }
}
