package dev.kumiai.generation;

import dev.kumiai.worker.generated.GeneratedSample;
import dev.kumiai.worker.generated.Manifest;
import dev.kumiai.worker.generated.Rejection;
import dev.kumiai.worker.generated.SetReport;
import dev.kumiai.worker.generated.StoredSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// What a person at the site takes out of a finished set. The manifest says so first, and who
/// trains goes by the manifest: a process that is killed here leaves no rejected sample that is
/// trained on.
final class Rejections {

  private Rejections() {}

  /// Takes single samples out.
  ///
  /// @param files of kept samples, as the manifest names them
  static StoredSet some(StoredSet set, Set<String> files, Rejection by) throws IOException {
    List<GeneratedSample> after =
        set.samples().stream()
            .map(sample -> isOneOf(sample, files) ? sample.rejected(by) : sample)
            .toList();
    SetReport report = set.report().after(after, set.report().rejection());
    Manifest.replace(set.folder(), after);
    StoredSet.write(set.folder(), report);
    moveRejected(set.folder(), after);
    return new StoredSet(set.folder(), report);
  }

  private static boolean isOneOf(GeneratedSample sample, Set<String> files) {
    String file = sample.file();
    return file != null && files.contains(file);
  }

  /// Takes the whole set out: no run uses it until it is regenerated.
  static StoredSet all(StoredSet set, Rejection by) throws IOException {
    List<GeneratedSample> after =
        set.samples().stream().map(sample -> sample.rejected(by)).toList();
    SetReport report = set.report().after(after, by);
    StoredSet.write(set.folder(), report);
    Manifest.replace(set.folder(), after);
    moveRejected(set.folder(), after);
    return new StoredSet(set.folder(), report);
  }

  /// Moves every rejected sample that still stands among the others.
  private static void moveRejected(Path folder, List<GeneratedSample> samples) throws IOException {
    for (GeneratedSample sample : samples) {
      if (sample.verdict() == GeneratedSample.Verdict.REJECTED) {
        String name = Objects.requireNonNull(sample.file());
        Path file = folder.resolve(name);
        if (Files.exists(file)) {
          Path target = folder.resolve(StoredSet.REJECTED).resolve(name);
          Files.createDirectories(target.getParent());
          Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        }
      }
    }
  }
}
