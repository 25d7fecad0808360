package dev.kumiai.aggregation.ledger;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A row as it is kept now, without the columns that are not recorded.
///
/// @param values by column: text, `Long`, `Double`, `Boolean` or null
/// @param artifacts the columns that name files of the artifact store by their digests
public record RecordedRow(
    RowKey key, SortedMap<String, @Nullable Object> values, SortedMap<String, String> artifacts) {

  public RecordedRow {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    artifacts = Collections.unmodifiableSortedMap(new TreeMap<>(artifacts));
  }
}
