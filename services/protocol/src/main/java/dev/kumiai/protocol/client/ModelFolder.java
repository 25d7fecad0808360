package dev.kumiai.protocol.client;

import dev.kumiai.core.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Models that were downloaded, by digest; the most recently used ones stay. Processes may share a
/// folder.
public final class ModelFolder {

  private static final String SUFFIX = ".safetensors";

  private final Path folder;
  private final int keep;

  /// @param keep how many models stay, at least 1
  public ModelFolder(Path folder, int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("at least one model stays, not " + keep);
    }
    this.folder = folder;
    this.keep = keep;
  }

  Path get(Digest digest, Download download) {
    Path file = folder.resolve(digest.hex() + SUFFIX);
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(folder);
        download.to(file);
      }
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      prune();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep models in " + folder, e);
    }
    return file;
  }

  private void prune() throws IOException {
    List<Path> models;
    try (Stream<Path> files = Files.list(folder)) {
      models =
          files
              .filter(f -> f.toString().endsWith(SUFFIX))
              .sorted(Comparator.comparingLong(ModelFolder::lastUsed).reversed())
              .toList();
    }
    for (Path old : models.subList(Math.min(keep, models.size()), models.size())) {
      Files.deleteIfExists(old);
    }
  }

  /// When it was used last; the least for a file that another process has just deleted.
  private static long lastUsed(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      return Long.MIN_VALUE;
    }
  }
}
