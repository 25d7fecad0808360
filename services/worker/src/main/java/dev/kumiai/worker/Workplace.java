package dev.kumiai.worker;

import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.protocol.client.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/// Where the sites of this process keep things: their data, each site's apart from the others', and
/// the process's own working files.
///
/// ```
/// <root>/<site>                     a SiteFolder
/// <work>/models                     downloaded models; processes may share it
/// <work>/attempts/<task>-<attempt>  one attempt's files
/// ```
public final class Workplace {

  private static final int MODELS_KEPT = 8;

  /// No attempt lasts longer; older folders are what a killed process left behind.
  private static final Duration LONGEST_ATTEMPT = Duration.ofDays(7);

  private final Path root;
  private final Path work;
  private final ModelFolder models;

  public Workplace(Path root, Path work) {
    this.root = root;
    this.work = work;
    this.models = new ModelFolder(work.resolve("models"), MODELS_KEPT);
  }

  SiteFolder site(SiteId site) {
    return new SiteFolder(root.resolve(site.value()));
  }

  ModelFolder models() {
    return models;
  }

  /// An empty folder for one attempt.
  Path open(TaskId task, int attempt) {
    Path folder = work.resolve("attempts").resolve(task + "-" + attempt);
    try {
      Files.createDirectories(folder.getParent());
      Trees.delete(folder);
      return Files.createDirectory(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a working folder " + folder, e);
    }
  }

  /// Deletes that folder.
  void close(TaskId task, int attempt) throws IOException {
    Trees.delete(work.resolve("attempts").resolve(task + "-" + attempt));
  }

  /// Deletes what processes that were killed long ago left behind.
  public void sweep(Instant now) {
    Path attempts = work.resolve("attempts");
    if (!Files.isDirectory(attempts)) {
      return;
    }
    try (Stream<Path> folders = Files.list(attempts)) {
      for (Path folder : folders.toList()) {
        Instant written =
            Files.readAttributes(folder, BasicFileAttributes.class).lastModifiedTime().toInstant();
        if (written.plus(LONGEST_ATTEMPT).isBefore(now)) {
          Trees.delete(folder);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clear " + attempts, e);
    }
  }
}
