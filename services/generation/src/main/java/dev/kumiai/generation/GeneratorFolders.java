package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.generator.GeneratorFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Where this worker's generators are.
final class GeneratorFolders {

  private static final int HEX_SHOWN = 12;

  private final List<Path> folders;

  GeneratorFolders(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  /// Finds the generator that a run means.
  ///
  /// @throws KumiaiException.NotFound `generator-missing`, with what is there instead
  GeneratorFile find(Digest digest) {
    if (folders.isEmpty()) {
      throw new KumiaiException.NotFound(
          "generator-missing",
          "this worker has no folder for generators: set kumiai.generation.generators");
    }
    List<String> others = new ArrayList<>();
    for (Path file : files()) {
      Digest found = digest(file);
      if (found.equals(digest)) {
        return GeneratorFile.open(file, digest);
      }
      others.add(describe(file, found));
    }
    throw new KumiaiException.NotFound(
        "generator-missing",
        "no generator here has the digest %s: put its file into the generator folder; there %s"
            .formatted(
                digest, others.isEmpty() ? "is nothing yet" : "are " + String.join(", ", others)));
  }

  /// A file that was cut off or damaged on its way has the right name and another digest, so names
  /// help to find it.
  private static String describe(Path file, Digest digest) {
    String name = file.getFileName().toString();
    try {
      GeneratorFile.open(file);
      return "%s (sha256:%s...)".formatted(name, digest.hex().substring(0, HEX_SHOWN));
    } catch (KumiaiException e) {
      return "%s (unusable: %s)".formatted(name, e.code());
    }
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        continue;
      }
      try (Stream<Path> children = Files.list(folder)) {
        files.addAll(
            children
                .filter(file -> file.toString().endsWith(GeneratorFile.EXTENSION))
                .filter(Files::isRegularFile)
                .sorted()
                .toList());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot list " + folder, e);
      }
    }
    return files;
  }

  private static Digest digest(Path file) {
    try {
      return Digest.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
