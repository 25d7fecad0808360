package dev.kumiai.worker;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What a strategy remembers at one site between the rounds of one run.
///
/// ```
/// <folder>/<digest of an update>.safetensors    as it was after the training that made the update
/// ```
///
/// It is written before its update is sent, and read again when the aggregator says that this
/// update was the site's newest that counted. So a site goes on from exactly what counted, whatever
/// was trained, sent too late or killed in between. Only the newest few are kept: an older update
/// cannot be the newest that counted. When another run's memory is begun, that of runs which have
/// not trained here for [#LONGEST_PAUSE] is removed; the file system's clock decides.
public final class RunMemory {

  /// A run that asked for no training for so long is over.
  public static final Duration LONGEST_PAUSE = Duration.ofDays(90);

  /// The one that counted, that of the attempt at hand, and those of attempts that died.
  private static final int KEPT = 4;

  private static final String SUFFIX = ".safetensors";

  private final Path folder;

  RunMemory(Path folder) {
    this.folder = folder;
  }

  /// Opens what was remembered with an update.
  ///
  /// @throws KumiaiException.NotFound `site-memory-lost`: going on without would bias all rounds to
  ///   come, and nobody would see it
  public SafetensorsFile recall(Digest counted) {
    Path file = file(counted);
    try {
      if (!Files.isRegularFile(file)) {
        throw new KumiaiException.NotFound(
            "site-memory-lost",
            "the site's memory of run %s after its update %s is not in its data folder: put the folder memory/%s back, or start a new run"
                .formatted(folder.getFileName(), counted, folder.getFileName()));
      }
      // It is among the newest as long as it is needed.
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      return SafetensorsFile.open(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /// Remembers something durably, whole or not at all.
  ///
  /// @param update that it was made with
  /// @throws KumiaiException.Unavailable `site-memory-unwritable`: another attempt may succeed
  public void remember(Digest update, ModelWeights what) {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
        forgetOldRuns();
      }
      SafetensorsWriter.write(file(update), what, Map.of());
      List<Path> newestFirst = newestFirst(folder);
      for (Path old : newestFirst.subList(Math.min(KEPT, newestFirst.size()), newestFirst.size())) {
        Files.deleteIfExists(old);
      }
    } catch (IOException e) {
      throw new KumiaiException.Unavailable(
          "site-memory-unwritable",
          "the memory of run %s cannot be written (%s): make room, or let the worker write to memory/ in the site's data folder"
              .formatted(folder.getFileName(), e.getClass().getSimpleName()),
          e);
    }
  }

  private void forgetOldRuns() throws IOException {
    FileTime now = Files.getLastModifiedTime(folder);
    for (Path run : newestFirst(folder.resolveSibling("."))) {
      FileTime last = now;
      for (Path newest : newestFirst(run).stream().limit(1).toList()) {
        last = Files.getLastModifiedTime(newest);
      }
      if (last.toInstant().plus(LONGEST_PAUSE).isBefore(now.toInstant())) {
        Trees.delete(run);
      }
    }
  }

  private static List<Path> newestFirst(Path parent) throws IOException {
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.sorted(Comparator.comparing(RunMemory::modified).reversed()).toList();
    }
  }

  private static FileTime modified(Path path) {
    try {
      return Files.getLastModifiedTime(path);
    } catch (NoSuchFileException e) {
      return FileTime.fromMillis(0); // another worker of the site removed it just now
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + path, e);
    }
  }

  private Path file(Digest update) {
    return folder.resolve(update.hex() + SUFFIX);
  }
}
