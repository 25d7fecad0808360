package dev.kumiai.engine.data;

import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads class folders: `<directory>/<class>/<file>`, PNG or JPEG by content, whatever the file's
/// name.
final class ImageFolderReader {

  private ImageFolderReader() {}

  private record Entry(Path file, String name, int label) {}

  static List<String> classesOf(Path directory) throws IOException {
    return visible(directory).stream()
        .filter(Files::isDirectory)
        .map(folder -> folder.getFileName().toString())
        .toList();
  }

  /// The files of some classes, as far as there are any, in the order in which they are read.
  static List<Path> filesOf(Path directory, Collection<String> classes) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path folder : visible(directory)) {
      if (Files.isDirectory(folder) && classes.contains(folder.getFileName().toString())) {
        visible(folder).stream().filter(Files::isRegularFile).forEach(files::add);
      }
    }
    return files;
  }

  /// Channels of the first image anywhere below.
  static OptionalInt channelsOf(Path directory) throws IOException {
    for (Path entry : visible(directory)) {
      OptionalInt channels;
      if (Files.isDirectory(entry)) {
        channels = channelsOf(entry);
      } else {
        channels = OpenCv.channels(Files.readAllBytes(entry));
      }
      if (channels.isPresent()) {
        return channels;
      }
    }
    return OptionalInt.empty();
  }

  static LoadedImages read(Path directory, List<String> classes, ImageForm form)
      throws IOException {
    return decode(entries(directory, classes), classes, form);
  }

  /// Reads the files that are named, `<class>/<file>`, in that order, and no others.
  static LoadedImages read(
      Path directory, List<String> names, List<String> classes, ImageForm form) {
    List<Entry> entries = new ArrayList<>();
    for (String name : names) {
      String folder = name.substring(0, Math.max(0, name.indexOf('/')));
      entries.add(new Entry(directory.resolve(name), name, labelOf(folder, classes)));
    }
    return decode(entries, classes, form);
  }

  /// The images in the folder of one class.
  static LoadedImages readClass(Path directory, String label, ImageForm form) throws IOException {
    List<Entry> entries = new ArrayList<>();
    addFiles(directory.resolve(label), 0, entries);
    return decode(entries, List.of(label), form);
  }

  private static LoadedImages decode(List<Entry> entries, List<String> classes, ImageForm form) {
    byte[] @Nullable [] pixels = new byte[entries.size()][];
    @Nullable SkippedFile[] skipped = new SkippedFile[entries.size()];
    // The common pool: platform threads, one a core, which is what decoding can use.
    IntStream.range(0, entries.size())
        .parallel()
        .forEach(
            i -> {
              Entry entry = entries.get(i);
              try {
                pixels[i] = OpenCv.decode(bytes(entry.file), form);
              } catch (OpenCv.UnreadableImageException e) {
                skipped[i] = new SkippedFile(entry.name, String.valueOf(e.getMessage()));
              }
            });

    List<byte[]> images = new ArrayList<>(entries.size());
    List<SkippedFile> skippedFiles = new ArrayList<>();
    IntStream.Builder labels = IntStream.builder();
    for (int i = 0; i < entries.size(); i++) {
      byte[] image = pixels[i];
      SkippedFile file = skipped[i];
      if (image != null) {
        images.add(image);
        labels.add(entries.get(i).label);
      } else if (file != null) {
        skippedFiles.add(file);
      }
    }
    return new LoadedImages(
        LabelledImages.of(classes, form, images, labels.build().toArray()), skippedFiles);
  }

  private static byte[] bytes(Path file) throws OpenCv.UnreadableImageException {
    if (Files.isDirectory(file)) {
      throw new OpenCv.UnreadableImageException("is a folder inside a class folder");
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new OpenCv.UnreadableImageException("cannot be read: " + e.getClass().getSimpleName());
    }
  }

  private static List<Entry> entries(Path directory, List<String> classes) throws IOException {
    List<Path> top = visible(directory);
    List<Path> folders = top.stream().filter(Files::isDirectory).toList();
    if (folders.isEmpty() && !top.isEmpty()) {
      throw new KumiaiException.Invalid(
          "dataset-unrecognised",
          directory
              + " has files but neither IDX files nor a folder for each class: put the images into"
              + " folders named after their classes");
    }
    List<Entry> entries = new ArrayList<>();
    for (Path folder : folders) {
      String name = folder.getFileName().toString();
      addFiles(folder, labelOf(name, classes), entries);
    }
    return entries;
  }

  private static int labelOf(String folder, List<String> classes) {
    int label = classes.indexOf(folder);
    if (label < 0) {
      throw new KumiaiException.Invalid(
          "class-unknown",
          folder + " is no class of this run, which has " + classes + ": rename or move it");
    }
    return label;
  }

  private static void addFiles(Path folder, int label, List<Entry> entries) throws IOException {
    for (Path file : visible(folder)) {
      entries.add(new Entry(file, folder.getFileName() + "/" + file.getFileName(), label));
    }
  }

  /// What is in a folder and not hidden, by name.
  static List<Path> visible(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.getFileName().toString().startsWith(".")).sorted().toList();
    }
  }
}
