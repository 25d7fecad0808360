package dev.kumiai.engine.data;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.List;

/// Reads the image sets that people have: IDX files as MNIST is published in, or a folder for each
/// class.
public final class ImageSets {

  private ImageSets() {}

  /// Reads a whole set into memory, brought to one form, in an order that depends on names alone.
  ///
  /// A directory with IDX files is read as such (`train-*` if it is there, else `t10k-*`), any
  /// other as class folders: each sub-folder is a class, each file in it an image. Files beside the
  /// class folders, and names that start with a dot, are passed over. A directory without anything
  /// is a set without images.
  ///
  /// @param classes names of the classes, to which labels become indices; for IDX, label n is the
  ///   nth of them
  /// @throws KumiaiException.NotFound `dataset-missing`
  /// @throws KumiaiException.Invalid `class-unknown` for a folder that is not in `classes`,
  ///   `dataset-unrecognised` for a directory that is neither, and `idx-...` for IDX files that are
  ///   damaged or contradict each other
  public static LoadedImages load(Path directory, List<String> classes, ImageForm form) {
    requireDirectory(directory);
    try {
      for (IdxReader.Part part : IdxReader.Part.values()) {
        if (IdxReader.holds(directory, part)) {
          return new LoadedImages(IdxReader.read(directory, part, classes, form), List.of());
        }
      }
      return ImageFolderReader.read(directory, classes, form);
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  /// Loads only the files that are named, of a folder with a sub-folder for each class.
  ///
  /// @param names `<class>/<file>`; the images come in this order
  /// @throws KumiaiException.Invalid `class-unknown`
  public static LoadedImages load(
      Path directory, List<String> names, List<String> classes, ImageForm form) {
    return ImageFolderReader.read(directory, names, classes, form);
  }

  /// Reads the images of one class alone, as [#load] reads them.
  ///
  /// @param label one of [#classesOf]
  /// @return images whose one class is `label`
  public static LoadedImages loadClass(Path directory, String label, ImageForm form) {
    requireDirectory(directory);
    try {
      for (IdxReader.Part part : IdxReader.Part.values()) {
        if (IdxReader.holds(directory, part)) {
          List<String> classes = IdxReader.classesOf(directory, part);
          return new LoadedImages(
              IdxReader.read(directory, part, classes, form).ofClass(label), List.of());
        }
      }
      return ImageFolderReader.readClass(directory, label, form);
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  /// The classes of a set: names of its sub-folders in alphabetical order, or the numbers 0 to the
  /// largest IDX label.
  ///
  /// @throws KumiaiException.NotFound `dataset-missing`
  public static List<String> classesOf(Path directory) {
    requireDirectory(directory);
    try {
      for (IdxReader.Part part : IdxReader.Part.values()) {
        if (IdxReader.holds(directory, part)) {
          return IdxReader.classesOf(directory, part);
        }
      }
      return ImageFolderReader.classesOf(directory);
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  /// What the images of some classes follow from: the names of their files, in the order in which
  /// they are read, and the bytes in them. Nothing is decoded.
  ///
  /// @param classes whose folders count; IDX files hold all classes, and count as a whole
  /// @throws KumiaiException.NotFound `dataset-missing`
  public static Digest digest(Path directory, Collection<String> classes) {
    requireDirectory(directory);
    MessageDigest running = Digest.sha256();
    try {
      for (Path file : filesOf(directory, classes)) {
        running.update((directory.relativize(file) + "\0").getBytes(StandardCharsets.UTF_8));
        running.update(Digest.of(file).bytes());
      }
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
    return Digest.of(running);
  }

  private static List<Path> filesOf(Path directory, Collection<String> classes) throws IOException {
    for (IdxReader.Part part : IdxReader.Part.values()) {
      if (IdxReader.holds(directory, part)) {
        return IdxReader.filesOf(directory, part);
      }
    }
    return ImageFolderReader.filesOf(directory, classes);
  }

  /// The channels that the images of a set come with, 1 or 3, told by the first of them; 3 for a
  /// set without images.
  ///
  /// @param directory as of [#load], or with such directories in it
  /// @throws KumiaiException.NotFound `dataset-missing`
  public static int channelsOf(Path directory) {
    requireDirectory(directory);
    try {
      for (IdxReader.Part part : IdxReader.Part.values()) {
        if (IdxReader.holds(directory, part)) {
          return IdxReader.channelsOf(directory, part);
        }
      }
      return ImageFolderReader.channelsOf(directory).orElse(3);
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  static void requireDirectory(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new KumiaiException.NotFound(
          "dataset-missing",
          directory + " is no directory: give one with IDX files or with a folder for each class");
    }
  }

  static KumiaiException unreadable(Path directory, IOException e) {
    return new KumiaiException.Unavailable(
        "dataset-unreadable", "cannot read " + directory + ": " + e.getMessage(), e);
  }
}
