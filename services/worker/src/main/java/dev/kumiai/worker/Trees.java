package dev.kumiai.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Folders with all that is in them.
public final class Trees {

  private Trees() {}

  /// Deletes a folder and what is in it, if it is there.
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestLast;
    try (Stream<Path> all = Files.walk(folder)) {
      deepestLast = all.toList();
    }
    for (Path path : deepestLast.reversed()) {
      Files.deleteIfExists(path);
    }
  }
}
