package dev.kumiai.engine.data;

import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/// Writes images as PNG files in a folder for each class, from which [ImageSets#load] reads the
/// same images in the same order within a class.
public final class ImageFolderWriter {

  private ImageFolderWriter() {}

  /// Writes `<folder>/<class>/<00000>.png`, numbered within each class; a class without images gets
  /// an empty folder, so that the folders name all classes.
  ///
  /// @throws KumiaiException.Invalid `class-name-unusable` for a class whose name can be no visible
  ///   folder
  /// @throws KumiaiException.Unavailable `images-not-written`
  public static void write(LabelledImages images, Path folder) {
    write(images, folder, 0);
  }

  /// The same, numbered from `first` on within each class: a large set is written piece by piece.
  public static void write(LabelledImages images, Path folder, int first) {
    try {
      for (String name : images.classes()) {
        requireFolderName(name);
        Files.createDirectories(folder.resolve(name));
      }
      Path[] files = files(images, folder, first);
      IntStream.range(0, files.length).parallel().forEach(i -> writeFile(files[i], png(images, i)));
    } catch (UncheckedIOException | IOException e) {
      throw new KumiaiException.Unavailable(
          "images-not-written", "cannot write images to " + folder + ": " + e.getMessage(), e);
    }
  }

  /// Image `index` as a PNG file's bytes: the same pixels, the same bytes.
  public static byte[] png(LabelledImages images, int index) {
    byte[] pixels = new byte[images.form().values()];
    images.copyPixels(index, pixels, 0);
    return OpenCv.encodePng(pixels, images.form());
  }

  private static Path[] files(LabelledImages images, Path folder, int first) {
    int[] next = new int[images.classes().size()];
    Arrays.fill(next, first);
    Path[] files = new Path[images.size()];
    for (int i = 0; i < files.length; i++) {
      int label = images.label(i);
      String name = String.format(Locale.ROOT, "%05d.png", next[label]++);
      files[i] = folder.resolve(images.classes().get(label)).resolve(name);
    }
    return files;
  }

  private static void writeFile(Path file, byte[] content) {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Requires that a class can be a folder.
  ///
  /// @throws KumiaiException.Invalid `class-name-unusable` for a class whose name can be no visible
  ///   folder
  public static void requireFolderName(String name) {
    if (name.isBlank() || name.startsWith(".") || name.contains("/") || name.contains("\\")) {
      throw new KumiaiException.Invalid(
          "class-name-unusable",
          "class '" + name + "' can be no folder: name it without slashes and leading dots");
    }
  }
}
