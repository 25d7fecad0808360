package dev.kumiai.aggregation.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.Digest;
import org.jspecify.annotations.Nullable;

/// A row as an entry of the ledger tells it. Only names, numbers and digests are read from it.
public final class LedgerRow {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final JsonNode entry;

  private LedgerRow(JsonNode entry) {
    this.entry = entry;
  }

  /// Reads the body of an entry.
  ///
  /// @param body `table`, `change` and the columns of the `row`
  public static LedgerRow parse(String body) {
    try {
      return new LedgerRow(MAPPER.readTree(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an entry of the ledger is JSON", e);
    }
  }

  /// The table; empty where the entry is not about a row.
  public String table() {
    return entry.path("table").asText("");
  }

  public boolean added() {
    return entry.path("change").asText("").equals("added");
  }

  public boolean has(String column) {
    return entry.path("row").hasNonNull(column);
  }

  public String text(String column) {
    JsonNode value = entry.path("row").path(column);
    if (!value.isTextual()) {
      throw new IllegalStateException("a row of %s has no %s".formatted(table(), column));
    }
    return value.textValue();
  }

  public int integer(String column) {
    return Math.toIntExact(entry.path("row").path(column).longValue());
  }

  public @Nullable Long wholeOrNull(String column) {
    return has(column) ? Long.valueOf(entry.path("row").path(column).longValue()) : null;
  }

  public @Nullable Double numberOrNull(String column) {
    return has(column) ? Double.valueOf(entry.path("row").path(column).doubleValue()) : null;
  }

  public @Nullable Digest digestOrNull(String column) {
    return has(column) ? new Digest(text(column)) : null;
  }
}
