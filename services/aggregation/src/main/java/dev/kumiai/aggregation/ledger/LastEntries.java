package dev.kumiai.aggregation.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.protocol.ledger.LedgerEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which entry of a chain is the newest of each row. Only its number is kept, so that a long chain
/// needs little memory.
final class LastEntries {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REMOVED = "removed";

  private final Map<String, List<String>> tables;
  private final Map<RowKey, Last> last = new HashMap<>();

  /// @param number of the entry
  /// @param removed whether it says that the row is gone
  record Last(long number, boolean removed) {}

  /// @param tables the key columns of each
  LastEntries(Map<String, List<String>> tables) {
    this.tables = tables;
  }

  void next(LedgerEntry entry) {
    JsonNode body = body(entry);
    key(body)
        .ifPresent(
            key ->
                last.put(
                    key, new Last(entry.number(), body.path("change").asText().equals(REMOVED))));
  }

  /// The body of an entry; empty when it cannot be read, which its hash tells.
  static JsonNode body(LedgerEntry entry) {
    try {
      return JSON.readTree(entry.body());
    } catch (JsonProcessingException _) {
      return JSON.createObjectNode();
    }
  }

  private Optional<RowKey> key(JsonNode body) {
    String table = body.path("table").asText();
    List<String> columns = tables.get(table);
    if (columns == null) {
      return Optional.empty();
    }
    SortedMap<String, Object> key = new TreeMap<>();
    for (String column : columns) {
      JsonNode value = body.path("row").path(column);
      key.put(column, value.isIntegralNumber() ? (Object) value.longValue() : value.asText());
    }
    return Optional.of(new RowKey(table, key));
  }

  Optional<Last> of(RowKey row) {
    return Optional.ofNullable(last.get(row));
  }

  /// Forgets a row that was looked at.
  void done(RowKey row) {
    last.remove(row);
  }

  /// Rows that were not looked at and should be there.
  Map<RowKey, Last> left() {
    Map<RowKey, Last> left = new HashMap<>(last);
    left.values().removeIf(Last::removed);
    return left;
  }
}
