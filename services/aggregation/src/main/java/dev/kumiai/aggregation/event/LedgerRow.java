package dev.kumiai.aggregation.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.Digest;
import org.jspecify.annotations.Nullable;

/// A row as an entry of the ledger tells it. Only names, numbers and digests are read from it.
final class LedgerRow {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final JsonNode entry;

  private LedgerRow(JsonNode entry) {
    this.entry = entry;
  }

  /// @param body of an entry: `table`, `change` and the columns of the `row`
  static LedgerRow parse(String body) {
    try {
      return new LedgerRow(MAPPER.readTree(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an entry of the ledger is JSON", e);
    }
  }

  /// The table; empty where the entry is not about a row.
  String table() {
    return entry.path("table").asText("");
  }

  boolean added() {
    return entry.path("change").asText("").equals("added");
  }

  boolean has(String column) {
    return entry.path("row").hasNonNull(column);
  }

  String text(String column) {
    JsonNode value = entry.path("row").path(column);
    if (!value.isTextual()) {
      throw new IllegalStateException("a row of %s has no %s".formatted(table(), column));
    }
    return value.textValue();
  }

  int integer(String column) {
    return Math.toIntExact(entry.path("row").path(column).longValue());
  }

  @Nullable Long wholeOrNull(String column) {
    return has(column) ? Long.valueOf(entry.path("row").path(column).longValue()) : null;
  }

  @Nullable Double numberOrNull(String column) {
    return has(column) ? Double.valueOf(entry.path("row").path(column).doubleValue()) : null;
  }

  @Nullable Digest digestOrNull(String column) {
    return has(column) ? new Digest(text(column)) : null;
  }
}
