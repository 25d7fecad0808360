package dev.kumiai.aggregation.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kumiai.core.Digest;
import dev.kumiai.protocol.ledger.LedgerEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Compares the rows of a chain with their newest entries, column by column.
///
/// A column that an entry does not know is younger than it, and a column that is no longer there
/// was dropped with its migration; neither is compared.
final class RowCheck {

  /// Entries that are fetched at once.
  private static final int CHUNK = 200;

  private static final String DIGEST = "sha256";

  private final String chain;
  private final LedgerStore store;
  private final LastEntries last;
  private final Findings findings;
  private final List<RecordedRow> waiting = new ArrayList<>();
  private final SortedMap<String, String> artifacts = new TreeMap<>();
  private long right;

  RowCheck(String chain, LedgerStore store, LastEntries last, Findings findings) {
    this.chain = chain;
    this.store = store;
    this.last = last;
    this.findings = findings;
  }

  void next(RecordedRow row) {
    LastEntries.Last entry = last.of(row.key()).orElse(null);
    if (entry == null) {
      findings.add("row-unrecorded", row.key().toString(), "the ledger has no entry of this row");
    } else if (entry.removed()) {
      last.done(row.key());
      findings.add(
          "row-unrecorded",
          row.key().toString(),
          "entry " + entry.number() + " says that this row was removed");
    } else {
      waiting.add(row);
      if (waiting.size() == CHUNK) {
        compare();
      }
    }
  }

  void end() {
    compare();
    last.left()
        .forEach(
            (row, entry) ->
                findings.add(
                    "row-missing",
                    row.toString(),
                    "entry " + entry.number() + " tells of this row, which is not there"));
  }

  /// How many rows are as their entries say.
  long right() {
    return right;
  }

  /// The files that rows name: digest, and which row and column names it first.
  SortedMap<String, String> artifacts() {
    return artifacts;
  }

  private void compare() {
    List<Long> numbers =
        waiting.stream().map(row -> last.of(row.key()).orElseThrow().number()).toList();
    Map<Long, LedgerEntry> entries = store.entries(chain, numbers);
    for (RecordedRow row : waiting) {
      LedgerEntry entry = entries.get(last.of(row.key()).orElseThrow().number());
      last.done(row.key());
      if (entry != null && compare(row, entry)) {
        right++;
      }
      row.artifacts()
          .forEach(
              (column, digest) -> artifacts.putIfAbsent(digest, row.key() + " column " + column));
    }
    waiting.clear();
  }

  private boolean compare(RecordedRow row, LedgerEntry entry) {
    JsonNode recorded = LastEntries.body(entry).path("row");
    boolean same = true;
    for (Map.Entry<String, @Nullable Object> column : row.values().entrySet()) {
      JsonNode expected = recorded.path(column.getKey());
      if (!expected.isMissingNode() && !same(expected, column.getValue())) {
        same = false;
        findings.add(
            "row-changed",
            row.key() + " column " + column.getKey(),
            "it is %s, and entry %d says %s"
                .formatted(shown(column.getValue()), entry.number(), shown(expected)));
      }
    }
    return same;
  }

  private static boolean same(JsonNode expected, @Nullable Object value) {
    return switch (value) {
      case null -> expected.isNull();
      case Boolean truth -> expected.isBoolean() && expected.booleanValue() == truth;
      case Long number -> expected.isIntegralNumber() && expected.longValue() == number;
      case Double number ->
          expected.isNumber()
              ? Double.compare(expected.doubleValue(), number) == 0
              : expected.asText().equals(number.toString());
      default ->
          expected.isObject()
              ? expected.path(DIGEST).asText().equals(digest(value.toString()))
              : expected.isTextual() && expected.textValue().equals(value);
    };
  }

  private static String digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
  }

  /// A whole spec is too much for a sentence.
  private static String shown(@Nullable Object value) {
    int most = 80;
    String text = value instanceof String string ? "'" + string + "'" : String.valueOf(value);
    return text.length() <= most ? text : text.substring(0, most) + " ...";
  }
}
