package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.worker.DurableFiles;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.Trees;
import dev.kumiai.worker.generated.Manifest;
import dev.kumiai.worker.generated.SetReport;
import dev.kumiai.worker.generated.StoredSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// One generated data set of a site, from its first batch on: a [StoredSet] when it is finished.
///
/// It is made in `.partial-<plan digest>` and renamed when it is whole: a folder under its own name
/// is always a finished set, whenever the process was killed. What an attempt leaves is gone on
/// with by the next one to the same plan, and deleted when nobody has gone on with it for
/// [#LONGEST_PAUSE].
final class GeneratedSet {

  static final String PARTIAL = ".partial-";

  private static final Logger LOG = Logger.getLogger(GeneratedSet.class);
  private static final Duration LONGEST_PAUSE = Duration.ofDays(30);

  private final SiteFolder site;
  private final Digest plan;
  private final Path folder;
  private final Path partial;

  GeneratedSet(SiteFolder site, Digest plan) {
    this.site = site;
    this.plan = plan;
    this.folder = site.generated(plan);
    this.partial = site.generated().resolve(PARTIAL + plan.hex());
  }

  /// The finished set, if there is one.
  Optional<StoredSet> finished() {
    return StoredSet.find(folder);
  }

  /// Where the set grows.
  Path partial() {
    return partial;
  }

  /// Keeps others from this set until it is closed.
  SetLock lock() throws IOException {
    return SetLock.take(site.generated(), plan);
  }

  /// Opens the folder in which the set grows, under the lock: that of an earlier attempt if it
  /// followed the same plan from the same private samples, else an empty one.
  GrowingSet begin(SetPlan wanted, Instant now) throws IOException {
    sweep(now.minus(LONGEST_PAUSE));
    if (Files.exists(partial) && !SetPlan.find(partial).equals(Optional.of(wanted))) {
      LOG.infof("plan=%s: what an earlier attempt left was made from other data", plan);
      Trees.delete(partial);
    }
    if (Files.exists(partial)) {
      try {
        return GrowingSet.resume(partial);
      } catch (KumiaiException.Invalid e) {
        LOG.warnf("plan=%s: begins anew, %s", plan, e.getMessage());
        Trees.delete(partial);
      }
    }
    Files.createDirectory(partial);
    wanted.write(partial);
    return GrowingSet.resume(partial);
  }

  /// Gives a whole set its name.
  StoredSet finish(GrowingSet grown, SetReport report) throws IOException {
    grown.force();
    StoredSet.write(partial, report);
    DurableFiles.forceFolder(partial);
    if (Files.exists(folder)) {
      // A folder of its name without a report, which nobody here made.
      Trees.delete(folder);
    }
    Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.forceFolder(site.generated());
    return new StoredSet(folder, report);
  }

  /// Deletes what was left of other sets long ago.
  private void sweep(Instant oldest) throws IOException {
    List<Path> leftovers;
    try (Stream<Path> siblings = Files.list(site.generated())) {
      leftovers =
          siblings
              .filter(sibling -> sibling.getFileName().toString().startsWith(PARTIAL))
              .filter(sibling -> !sibling.equals(partial))
              .toList();
    }
    for (Path leftover : leftovers) {
      Path manifest = leftover.resolve(Manifest.NAME);
      FileTime newest = Files.getLastModifiedTime(Files.exists(manifest) ? manifest : leftover);
      if (newest.toInstant().isBefore(oldest)) {
        Trees.delete(leftover);
      }
    }
  }
}
