package dev.kumiai.core.quality;

import dev.kumiai.core.privacy.AttackResult;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a site knows of how good its generated set is. Measures and counts, no samples: it may
/// leave the site. Counts of what was filtered, and all measures against private samples, are
/// functions of private data and no noise is added to them.
///
/// @param embedding name of the embedding that all distances are of; `site-...` was trained at this
///   site, and its distances cannot be compared with another site's
/// @param all over all classes together; what classifiers tell is the mean over classes
/// @param perClass by class, those that have a real or a generated sample
/// @param filtered by class, what the filters said; empty when none looked
/// @param guides how well one can tell the private samples that guided the generator from those
///   that did not, from the losses of a classifier that was trained on the generated set; null
///   where none guided, or too few
public record QualityReport(
    String embedding,
    SetMeasures all,
    SortedMap<String, SetMeasures> perClass,
    SortedMap<String, FilterCounts> filtered,
    @Nullable AttackResult guides) {

  public QualityReport {
    perClass = Collections.unmodifiableSortedMap(new TreeMap<>(perClass));
    filtered = Collections.unmodifiableSortedMap(new TreeMap<>(filtered));
  }
}
