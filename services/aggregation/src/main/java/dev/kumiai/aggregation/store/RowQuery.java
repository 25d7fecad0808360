package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.ledger.RowKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads rows of any table by their keys, many at once.
final class RowQuery {

  /// Rows per statement: enough that the way to the database does not count.
  private static final int CHUNK = 100;

  private RowQuery() {}

  /// The rows that are there.
  static Map<RowKey, SortedMap<String, @Nullable Object>> find(
      Connection connection, Collection<RowKey> keys) throws SQLException {
    Map<RowKey, SortedMap<String, @Nullable Object>> found = new HashMap<>();
    Map<String, List<RowKey>> byTable = keys.stream().collect(Collectors.groupingBy(RowKey::table));
    for (Map.Entry<String, List<RowKey>> table : byTable.entrySet()) {
      List<RowKey> all = table.getValue();
      for (int from = 0; from < all.size(); from += CHUNK) {
        List<RowKey> chunk = all.subList(from, Math.min(all.size(), from + CHUNK));
        find(connection, table.getKey(), chunk, found);
      }
    }
    return found;
  }

  private static void find(
      Connection connection,
      String table,
      List<RowKey> keys,
      Map<RowKey, SortedMap<String, @Nullable Object>> found)
      throws SQLException {
    List<String> columns = List.copyOf(keys.getFirst().columns().keySet());
    String one =
        columns.stream()
            .map(column -> column + " = ?")
            .collect(Collectors.joining(" and ", "(", ")"));
    String sql =
        "select * from "
            + table
            + " where "
            + String.join(" or ", Collections.nCopies(keys.size(), one));
    List<Object> parameters = new ArrayList<>();
    keys.forEach(key -> parameters.addAll(key.columns().values()));
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.size(); i++) {
        query.setObject(i + 1, parameters.get(i));
      }
      try (ResultSet cursor = query.executeQuery()) {
        while (cursor.next()) {
          SortedMap<String, @Nullable Object> row = RowValues.read(table, cursor);
          found.put(key(table, columns, row), row);
        }
      }
    }
  }

  /// The key of a row.
  static RowKey key(String table, List<String> columns, SortedMap<String, @Nullable Object> row) {
    SortedMap<String, Object> key = new TreeMap<>();
    columns.forEach(
        column -> key.put(column, RowValues.ofKey(Objects.requireNonNull(row.get(column)))));
    return new RowKey(table, key);
  }
}
