package dev.kumiai.aggregation.ledger;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Which row of which table.
///
/// @param columns the key columns by name; text, or `Long` for whole numbers
public record RowKey(String table, SortedMap<String, Object> columns) {

  public RowKey {
    columns = Collections.unmodifiableSortedMap(new TreeMap<>(columns));
  }

  @Override
  public String toString() {
    return columns.entrySet().stream()
        .map(column -> column.getKey() + " " + column.getValue())
        .collect(Collectors.joining(", ", table + " (", ")"));
  }
}
