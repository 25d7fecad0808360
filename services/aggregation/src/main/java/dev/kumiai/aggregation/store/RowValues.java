package dev.kumiai.aggregation.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kumiai.core.Digest;
import dev.kumiai.protocol.ledger.LedgerEntry;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A row as plain values by column, the same on every database: text, whole numbers as `Long`,
/// other numbers as `Double`, booleans; times as text (see [LedgerEntry#time]); bytes in Base64.
/// Read from the database and never from an entity, so that an entry holds what is kept, and the
/// same code tells later whether it is still there.
final class RowValues {

  /// Longer text is repeated by its digest where it did not change: a run's spec, above all.
  private static final int LONG_TEXT = 200;

  private static final String DIGEST = "sha256";
  private static final JsonMapper JSON = new JsonMapper();

  private RowValues() {}

  /// The row that the cursor is on, without the columns that are not recorded.
  static SortedMap<String, @Nullable Object> read(String table, ResultSet cursor)
      throws SQLException {
    ResultSetMetaData columns = cursor.getMetaData();
    SortedMap<String, @Nullable Object> row = new TreeMap<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      String column = columns.getColumnLabel(i).toLowerCase(Locale.ROOT);
      if (RecordedTables.isRecorded(table, column)) {
        row.put(column, value(cursor, i, columns.getColumnType(i)));
      }
    }
    return row;
  }

  private static @Nullable Object value(ResultSet cursor, int column, int type)
      throws SQLException {
    Object value =
        switch (type) {
          case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> cursor.getLong(column);
          case Types.REAL, Types.FLOAT, Types.DOUBLE -> cursor.getDouble(column);
          case Types.BIT, Types.BOOLEAN -> cursor.getBoolean(column);
          case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> time(cursor, column);
          case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB ->
              bytes(cursor, column);
          default -> cursor.getString(column);
        };
    return cursor.wasNull() ? null : value;
  }

  private static @Nullable String time(ResultSet cursor, int column) throws SQLException {
    OffsetDateTime time = cursor.getObject(column, OffsetDateTime.class);
    return time == null ? null : LedgerEntry.time(time.toInstant());
  }

  private static @Nullable String bytes(ResultSet cursor, int column) throws SQLException {
    byte[] bytes = cursor.getBytes(column);
    return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
  }

  /// A value of a key as rows have it.
  static Object ofKey(Object value) {
    return value instanceof Number number ? (Object) number.longValue() : value.toString();
  }

  /// As entries write it: text that is long and did not change stands as its digest.
  static SortedMap<String, @Nullable Object> brief(
      SortedMap<String, @Nullable Object> row, RowChange change) {
    Set<String> changed = change.columns();
    if (changed == null) {
      return row;
    }
    SortedMap<String, @Nullable Object> brief = new TreeMap<>(row);
    brief.replaceAll((column, value) -> changed.contains(column) ? value : shortened(value));
    return brief;
  }

  private static @Nullable Object shortened(@Nullable Object value) {
    return value instanceof String text && text.length() > LONG_TEXT
        ? Map.of(DIGEST, Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex())
        : value;
  }

  /// JSON with its properties in the order of their names, without white space.
  static String json(SortedMap<String, ?> properties) {
    try {
      return JSON.writeValueAsString(properties);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
