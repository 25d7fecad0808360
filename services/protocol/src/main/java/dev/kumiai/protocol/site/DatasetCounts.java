package dev.kumiai.protocol.site;

import dev.kumiai.protocol.FolderName;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// What a site holds of one private data set: counts, and nothing else leaves the site.
///
/// @param dataset folder under the site's `private/`
/// @param perClass readable samples per class
/// @param unreadable files that could not be read and are skipped
public record DatasetCounts(
    @FolderName String dataset,
    @NotNull Map<@FolderName String, @NotNull @PositiveOrZero Integer> perClass,
    @PositiveOrZero int unreadable) {

  public DatasetCounts {
    perClass =
        perClass == null
            ? Collections.emptySortedMap()
            : Collections.unmodifiableSortedMap(new TreeMap<>(perClass));
  }

  /// Readable samples of all classes.
  public int total() {
    return perClass.values().stream().mapToInt(Integer::intValue).sum();
  }
}
