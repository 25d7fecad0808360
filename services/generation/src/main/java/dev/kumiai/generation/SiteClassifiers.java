package dev.kumiai.generation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.Progress;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.quality.SiteClassifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The classifiers of the sites that this process has last worked for, each under all that it
/// follows from: a site's sets of one seed are judged by one classifier, which is trained once.
final class SiteClassifiers {

  /// Each is less than a megabyte.
  private static final int KEPT = 16;

  private final Map<Source, Optional<SiteClassifier>> trained = new LinkedHashMap<>();

  private record Source(Digest images, List<String> classes, ImageForm form, long seed) {}

  /// The classifier of a site with these samples; none where they are too few.
  synchronized Optional<SiteClassifier> of(
      RealSamples real, long seed, EngineDevice device, Progress progress) {
    Source source = new Source(real.digest(), real.images().classes(), real.images().form(), seed);
    Optional<SiteClassifier> known = trained.remove(source);
    Optional<SiteClassifier> classifier =
        known == null ? SiteClassifier.train(real.images(), seed, device, progress) : known;
    trained.put(source, classifier); // last, as the newest
    if (trained.size() > KEPT) {
      trained.remove(trained.keySet().iterator().next());
    }
    return classifier;
  }
}
