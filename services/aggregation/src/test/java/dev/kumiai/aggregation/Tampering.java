package dev.kumiai.aggregation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Changes the least there is to change in a row, as somebody with the database's password could,
/// and puts it back.
final class Tampering {

  private static final OffsetDateTime SOME_TIME =
      OffsetDateTime.of(2001, 2, 3, 4, 5, 6, 7_000, ZoneOffset.UTC);
  private static final String CONSTRAINT_VIOLATED = "23";

  private final Tables tables;

  Tampering(Tables tables) {
    this.tables = tables;
  }

  /// A row with all its values.
  record Row(String table, List<String> key, Map<String, @Nullable Object> values) {

    String where() {
      return key.stream().map(column -> column + " = ?").collect(Collectors.joining(" and "));
    }

    List<@Nullable Object> keyValues() {
      List<@Nullable Object> keyValues = new ArrayList<>();
      key.forEach(column -> keyValues.add(values.get(column)));
      return keyValues;
    }

    Row with(String column, @Nullable Object value) {
      Map<String, @Nullable Object> changed = new LinkedHashMap<>(values);
      changed.put(column, value);
      return new Row(table, key, changed);
    }
  }

  /// All tables of the schema.
  List<String> tableNames() {
    return tables.call(
        connection -> {
          TreeSet<String> names = new TreeSet<>();
          try (ResultSet row =
              connection
                  .getMetaData()
                  .getTables(
                      connection.getCatalog(),
                      connection.getSchema(),
                      "%",
                      new String[] {"TABLE", "BASE TABLE"})) {
            while (row.next()) {
              names.add(row.getString("TABLE_NAME").toLowerCase(Locale.ROOT));
            }
          }
          return List.copyOf(names);
        });
  }

  /// The rows of a table that are wanted, by their values.
  List<Row> rows(String table, Predicate<Map<String, @Nullable Object>> wanted) {
    return tables.call(
        connection -> {
          List<String> key = key(connection, table);
          List<Row> rows = new ArrayList<>();
          try (PreparedStatement query = connection.prepareStatement("select * from " + table);
              ResultSet cursor = query.executeQuery()) {
            while (cursor.next()) {
              Map<String, @Nullable Object> values = values(cursor);
              if (wanted.test(values)) {
                rows.add(new Row(table, key, values));
              }
            }
          }
          return rows;
        });
  }

  private static List<String> key(Connection connection, String table) throws SQLException {
    boolean upper = connection.getMetaData().storesUpperCaseIdentifiers();
    List<String> key = new ArrayList<>();
    try (ResultSet row =
        connection
            .getMetaData()
            .getPrimaryKeys(
                connection.getCatalog(),
                connection.getSchema(),
                upper ? table.toUpperCase(Locale.ROOT) : table)) {
      while (row.next()) {
        key.add(row.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
      }
    }
    return key;
  }

  private static Map<String, @Nullable Object> values(ResultSet cursor) throws SQLException {
    ResultSetMetaData columns = cursor.getMetaData();
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      Object value =
          switch (columns.getColumnType(i)) {
            case Types.SMALLINT, Types.INTEGER -> cursor.getObject(i, Integer.class);
            case Types.BIGINT -> cursor.getObject(i, Long.class);
            case Types.REAL, Types.FLOAT, Types.DOUBLE -> cursor.getObject(i, Double.class);
            case Types.BIT, Types.BOOLEAN -> cursor.getObject(i, Boolean.class);
            case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE ->
                cursor.getObject(i, OffsetDateTime.class);
            default -> cursor.getString(i);
          };
      values.put(columns.getColumnLabel(i).toLowerCase(Locale.ROOT), value);
    }
    return values;
  }

  /// As little different from `value` as the column allows.
  Object changed(Row row, String column) {
    Object value = row.values().get(column);
    return switch (value) {
      case null -> somethingFor(row.table(), column);
      case Integer number -> number + 1;
      case Long number -> number + 1;
      case Double number -> Math.nextUp(number);
      case Boolean truth -> !truth;
      case OffsetDateTime time -> time.plusNanos(1_000);
      default -> changed(value.toString());
    };
  }

  /// The last bit of the character in the middle.
  private static String changed(String text) {
    if (text.isEmpty()) {
      return "x";
    }
    StringBuilder changed = new StringBuilder(text);
    int middle = text.length() / 2;
    changed.setCharAt(middle, (char) (text.charAt(middle) ^ 1));
    return changed.toString();
  }

  /// A value for a column that has none.
  private Object somethingFor(String table, String column) {
    int type =
        tables.call(
            connection -> {
              try (PreparedStatement query =
                  connection.prepareStatement(
                      "select " + column + " from " + table + " where 1 = 0")) {
                return query.executeQuery().getMetaData().getColumnType(1);
              }
            });
    return switch (type) {
      case Types.SMALLINT, Types.INTEGER -> 7;
      case Types.BIGINT -> 7L;
      case Types.REAL, Types.FLOAT, Types.DOUBLE -> 0.5;
      case Types.BIT, Types.BOOLEAN -> true;
      case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> SOME_TIME;
      default -> "x";
    };
  }

  /// Changes a column; false when the database itself refuses.
  boolean set(Row row, String column, @Nullable Object value) {
    List<@Nullable Object> parameters = new ArrayList<>();
    parameters.add(value);
    parameters.addAll(row.keyValues());
    try {
      int changed =
          tables.update(
              "update " + row.table() + " set " + column + " = ? where " + row.where(),
              parameters.toArray());
      if (changed != 1) {
        throw new AssertionError(changed + " rows changed of " + row);
      }
      return true;
    } catch (RuntimeException e) {
      if (isConstraint(e)) {
        return false;
      }
      throw e;
    }
  }

  private static boolean isConstraint(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql
          && String.valueOf(sql.getSQLState()).startsWith(CONSTRAINT_VIOLATED)) {
        return true;
      }
    }
    return false;
  }

  void delete(Row row) {
    tables.update(
        "delete from " + row.table() + " where " + row.where(), row.keyValues().toArray());
  }

  void insert(Row row) {
    String columns = String.join(", ", row.values().keySet());
    String marks = row.values().keySet().stream().map(_ -> "?").collect(Collectors.joining(", "));
    tables.update(
        "insert into " + row.table() + " (" + columns + ") values (" + marks + ")",
        row.values().values().toArray());
  }
}
