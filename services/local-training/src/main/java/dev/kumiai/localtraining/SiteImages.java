package dev.kumiai.localtraining;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.data.LoadedImages;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.generated.Manifest;
import dev.kumiai.worker.generated.StoredSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/// What a site holds. Names of files stay at home: they stand in this worker's log, never in an
/// error that leaves it.
final class SiteImages {

  private static final Logger LOG = Logger.getLogger(SiteImages.class);
  private static final int NAMED = 20;

  /// Enough to know that a file is an image; nothing of it is kept.
  private static final ImageForm SMALLEST = new ImageForm(8, 1);

  private final ImageCache cache;

  SiteImages(ImageCache cache) {
    this.cache = cache;
  }

  /// Counts of every private data set, each file decoded once to see that it can be. A set that
  /// cannot be read at all is left out and logged.
  static List<DatasetCounts> count(SiteFolder site) {
    List<DatasetCounts> counts = new ArrayList<>();
    for (Path set : folders(site.privateData())) {
      String name = set.getFileName().toString();
      try {
        requirePrivate(set);
        LoadedImages loaded = ImageSets.load(set, ImageSets.classesOf(set), SMALLEST);
        logSkipped(set, loaded);
        counts.add(new DatasetCounts(name, loaded.images().countByName(), loaded.skipped().size()));
      } catch (KumiaiException e) {
        LOG.errorf("data set %s is left out: %s [%s]", set, e.getMessage(), e.code());
      }
    }
    return counts;
  }

  /// A private data set in the form of a run.
  ///
  /// @throws KumiaiException.NotFound `dataset-missing`
  /// @throws KumiaiException.Invalid `dataset-generated`, `too-many-unreadable-files`, and the
  ///   codes of [ImageSets#load]
  LabelledImages privateImages(SiteFolder site, DataSpec data) {
    Path folder = site.privateData(data.dataset());
    if (!Files.isDirectory(folder)) {
      throw new KumiaiException.NotFound(
          "dataset-missing",
          "the site has no data set '%s': put it into its private/%s, or leave the site out of the run"
              .formatted(data.dataset(), data.dataset()));
    }
    requirePrivate(folder);
    ImageForm form = form(data);
    return readable(
        folder,
        data,
        cache.load(
            folder, data.classes(), form, () -> ImageSets.load(folder, data.classes(), form)));
  }

  /// Generated samples are nothing to be measured on, and no private data: a set that was copied or
  /// linked to the private ones is refused.
  private static void requirePrivate(Path folder) {
    if (Manifest.isIn(folder)) {
      throw new KumiaiException.Invalid(
          "dataset-generated",
          "the data set '%s' is a set of generated samples, which is never taken for private data: remove it from private/"
              .formatted(folder.getFileName()));
    }
  }

  /// What was generated at this site to a plan, without what filters or people took out of it: the
  /// manifest says what belongs to the set, whatever else lies in its folder.
  ///
  /// @throws KumiaiException.NotFound `generated-set-missing`
  /// @throws KumiaiException.Conflict `generated-set-rejected`
  /// @throws KumiaiException.Invalid `generated-set-damaged`
  LabelledImages generatedImages(SiteFolder site, DataSpec data, Digest plan) {
    StoredSet set =
        StoredSet.find(site, plan)
            .orElseThrow(
                () ->
                    new KumiaiException.NotFound(
                        "generated-set-missing",
                        "the site has no generated data set of plan %s: let its generation worker and this one share one data root"
                            .formatted(plan)))
            .requireUsable();
    ImageForm form = form(data);
    return readable(
        set.folder(),
        data,
        cache.load(
            set.folder(),
            data.classes(),
            form,
            () -> ImageSets.load(set.folder(), set.files(), data.classes(), form)));
  }

  private static ImageForm form(DataSpec data) {
    return new ImageForm(data.imageSize(), data.channels());
  }

  private static LabelledImages readable(Path folder, DataSpec data, LoadedImages loaded) {
    int skipped = loaded.skipped().size();
    int files = loaded.images().size() + skipped;
    if (skipped > data.maxUnreadableShare() * files) {
      logSkipped(folder, loaded);
      throw new KumiaiException.Invalid(
          "too-many-unreadable-files",
          String.format(
              Locale.ROOT,
              "%d of %d image files cannot be read, more than the share of %s that the run allows: mend or remove those that the site's log names",
              skipped,
              files,
              data.maxUnreadableShare()));
    }
    return loaded.images();
  }

  private static void logSkipped(Path folder, LoadedImages loaded) {
    loaded.skipped().stream()
        .limit(NAMED)
        .forEach(file -> LOG.warnf("%s/%s is skipped: it %s", folder, file.name(), file.reason()));
    if (loaded.skipped().size() > NAMED) {
      LOG.warnf("%s: %d more are skipped", folder, loaded.skipped().size() - NAMED);
    }
  }

  private static List<Path> folders(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(parent)) {
      return children
          .filter(Files::isDirectory)
          .filter(child -> !child.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + parent, e);
    }
  }
}
