package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.ledger.RecordedRow;
import dev.kumiai.protocol.ledger.LedgerEntry;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A table as the database describes it.
///
/// @param key its key columns, by name
/// @param columns all columns
record TableSchema(String name, List<String> key, Set<String> columns) {

  private static final int FETCHED_AT_ONCE = 500;

  TableSchema {
    key = List.copyOf(key);
    columns = Set.copyOf(columns);
  }

  /// The tables that the ledger records, by name.
  static List<TableSchema> recorded(Connection connection) throws SQLException {
    DatabaseMetaData database = connection.getMetaData();
    List<TableSchema> tables = new ArrayList<>();
    for (String table : names(database, connection)) {
      String name = table.toLowerCase(Locale.ROOT);
      if (RecordedTables.isRecorded(name)) {
        tables.add(
            new TableSchema(
                name, key(database, connection, table), columns(database, connection, table)));
      }
    }
    return tables;
  }

  static Map<String, List<String>> keys(Connection connection) throws SQLException {
    Map<String, List<String>> keys = new TreeMap<>();
    for (TableSchema table : recorded(connection)) {
      keys.put(table.name, table.key);
    }
    return keys;
  }

  private static List<String> names(DatabaseMetaData database, Connection connection)
      throws SQLException {
    // H2 calls it BASE TABLE.
    String[] types = {"TABLE", "BASE TABLE"};
    List<String> names = new ArrayList<>();
    try (ResultSet row =
        database.getTables(connection.getCatalog(), connection.getSchema(), "%", types)) {
      while (row.next()) {
        names.add(row.getString("TABLE_NAME"));
      }
    }
    names.sort(null);
    return names;
  }

  private static List<String> key(DatabaseMetaData database, Connection connection, String table)
      throws SQLException {
    List<String> key = new ArrayList<>();
    try (ResultSet row =
        database.getPrimaryKeys(connection.getCatalog(), connection.getSchema(), table)) {
      while (row.next()) {
        key.add(row.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
      }
    }
    key.sort(null);
    return key;
  }

  private static Set<String> columns(DatabaseMetaData database, Connection connection, String table)
      throws SQLException {
    Set<String> columns = new HashSet<>();
    try (ResultSet row =
        database.getColumns(connection.getCatalog(), connection.getSchema(), table, "%")) {
      while (row.next()) {
        columns.add(row.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
      }
    }
    return columns;
  }

  /// The rows that belong to a chain.
  void rows(Connection connection, String chain, Consumer<RecordedRow> each) throws SQLException {
    String run = RecordedTables.runColumn(name);
    boolean hasRun = columns.contains(run);
    boolean audit = chain.equals(LedgerEntry.AUDIT);
    if (!hasRun && !audit) {
      return;
    }
    String which = !hasRun ? "" : audit ? " where " + run + " is null" : " where " + run + " = ?";
    try (PreparedStatement query =
        connection.prepareStatement(
            "select * from " + name + which + " order by " + String.join(", ", key))) {
      query.setFetchSize(FETCHED_AT_ONCE);
      if (hasRun && !audit) {
        query.setString(1, chain);
      }
      try (ResultSet cursor = query.executeQuery()) {
        while (cursor.next()) {
          SortedMap<String, @Nullable Object> values = RowValues.read(name, cursor);
          each.accept(
              new RecordedRow(
                  RowQuery.key(name, key, values), values, RecordedTables.artifacts(name, values)));
        }
      }
    }
  }
}
