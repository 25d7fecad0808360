package dev.kumiai.aggregation.store;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the ledger records: every table and every column, except those named here. A new table or
/// column is recorded without anybody thinking of it.
final class RecordedTables {

  /// Tables that are not recorded.
  static final Set<String> NOT_RECORDED =
      Set.of(
          // The ledger cannot record itself.
          "ledger_chain",
          "ledger_entry",
          // Flyway's tells of the program, not of runs.
          "flyway_schema_history",
          // Which replica works at something right now; what comes of it is recorded.
          "round_claim",
          // Which files are kept: the rows that name a file are recorded, with its digest.
          "artifact",
          // What is still to be sent of what is recorded.
          "outbox",
          "outbox_head");

  /// Columns that tell how something goes on right now. Nothing is decided by their history, and no
  /// result depends on them.
  static final Map<String, Set<String>> TRANSIENT_COLUMNS =
      Map.of(
          // A heartbeat renews them; that a lease ended is recorded, as the task's next state.
          "task", Set.of("lease_until", "fraction", "stage"),
          // Which object of a cluster shows it: that comes and goes, also after the run's end.
          "run", Set.of("resource"),
          // Any call of the site does.
          "site", Set.of("last_seen"));

  /// Columns of runs' tables with digests that name no file of the artifact store.
  private static final Map<String, Set<String>> NOT_ARTIFACTS =
      Map.of("run_site", Set.of("plan"), "task", Set.of("key_id"));

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  private static final String RUN_TABLE = "run";
  private static final String RUN_ID = "id";
  private static final String RUN_COLUMN = "run";

  private RecordedTables() {}

  static boolean isRecorded(String table) {
    return !NOT_RECORDED.contains(table);
  }

  static boolean isRecorded(String table, String column) {
    return !TRANSIENT_COLUMNS.getOrDefault(table, Set.of()).contains(column);
  }

  /// Whether it is the table of runs itself.
  static boolean isRun(String table) {
    return table.equals(RUN_TABLE);
  }

  /// The column that names a row's run, if the table has it.
  static String runColumn(String table) {
    return isRun(table) ? RUN_ID : RUN_COLUMN;
  }

  /// Which files of the artifact store a row names, by column. A column with digests that is not
  /// listed above is taken for one that does.
  static SortedMap<String, String> artifacts(
      String table, SortedMap<String, @Nullable Object> row) {
    Set<String> others = NOT_ARTIFACTS.getOrDefault(table, Set.of());
    SortedMap<String, String> artifacts = new TreeMap<>();
    row.forEach(
        (column, value) -> {
          if (value instanceof String text
              && DIGEST.matcher(text).matches()
              && !others.contains(column)) {
            artifacts.put(column, text);
          }
        });
    return artifacts;
  }
}
