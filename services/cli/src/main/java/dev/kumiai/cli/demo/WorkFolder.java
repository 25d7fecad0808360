package dev.kumiai.cli.demo;

import dev.kumiai.cli.process.Installation;
import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where a demo keeps everything it makes: data, generated samples, the aggregator's store, logs.
///
/// @param path the folder, made for this demo
/// @param isKept whether it outlives a demo that succeeded or was ended
record WorkFolder(Path path, boolean isKept) {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss", Locale.ROOT);

  static WorkFolder make(DemoOptions options, Installation installation) throws IOException {
    Path chosen = options.work;
    Path path =
        chosen != null
            ? chosen.toAbsolutePath().normalize()
            : installation
                .work()
                .resolve("demo")
                .resolve(
                    TIME.format(LocalDateTime.now(ZoneId.systemDefault()))
                        + "-"
                        + ProcessHandle.current().pid());
    Files.createDirectories(path.getParent());
    try {
      return new WorkFolder(Files.createDirectory(path), options.keep || chosen != null);
    } catch (FileAlreadyExistsException e) {
      throw new KumiaiException.Invalid(
          "work-folder-exists", path + " exists already: name a folder that does not", e);
    }
  }

  Path logs() {
    return path.resolve("logs");
  }

  /// Deletes the folder, unless it is kept. Ctrl-C may ask for it in the middle of it.
  void discard() {
    if (isKept) {
      return;
    }
    try {
      synchronized (WorkFolder.class) {
        if (Files.exists(path)) {
          Files.walkFileTree(path, new Deletion());
        }
      }
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "work-folder-undeletable", path + " cannot be deleted: " + e.getMessage(), e);
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException trouble)
        throws IOException {
      if (trouble != null) {
        throw trouble;
      }
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
