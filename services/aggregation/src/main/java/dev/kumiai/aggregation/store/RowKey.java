package dev.kumiai.aggregation.store;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Which row of which table.
///
/// @param columns the key columns, by name, with values as [RowValues] has them
record RowKey(String table, SortedMap<String, Object> columns) {

  RowKey {
    columns = Collections.unmodifiableSortedMap(new TreeMap<>(columns));
  }

  @Override
  public String toString() {
    return columns.entrySet().stream()
        .map(column -> column.getKey() + " " + column.getValue())
        .collect(Collectors.joining(", ", table + " (", ")"));
  }
}
