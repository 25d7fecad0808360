package dev.kumiai.cli.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.cli.terminal.Table;
import dev.kumiai.cli.terminal.Table.Column;
import dev.kumiai.cli.terminal.Terminal;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.ledger.LedgerSignature;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A chain as a table that a person can follow.
public final class Story {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DIGITS = 12;
  private static final int DIGEST = 64;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT);

  /// What has a column of its own, or says nothing to a person.
  private static final Set<String> NOT_DETAILS =
      Set.of(
          "run",
          "round",
          "site",
          "state",
          "kind",
          "id",
          "created",
          "since",
          "started",
          "finished",
          "available_at",
          "spec",
          "counts",
          "budget",
          "report",
          "registered",
          "enrolled",
          "issued",
          "announced");

  private final ZoneId zone;
  private final Table table =
      new Table(
          Column.right("#"),
          Column.left("Time"),
          Column.left("What"),
          Column.right("Round"),
          Column.left("Site"),
          Column.left("Who"),
          Column.left("Details"));

  /// @param zone in which times are told
  public Story(ZoneId zone) {
    this.zone = zone;
  }

  public void next(LedgerEntry entry) {
    JsonNode body = body(entry);
    JsonNode row = body.path("row");
    table.row(
        String.valueOf(entry.number()),
        TIME.format(Instant.parse(entry.at()).atZone(zone)),
        what(entry, row),
        row.path("round").asText("-"),
        row.path("site").asText("-"),
        body.path("actor").asText("-"),
        entry.type().equals(LedgerSignature.TYPE) ? signed(body) : details(row));
  }

  public List<String> lines(Terminal terminal) {
    return table.lines(terminal);
  }

  private static JsonNode body(LedgerEntry entry) {
    try {
      return JSON.readTree(entry.body());
    } catch (JsonProcessingException _) {
      return JSON.createObjectNode();
    }
  }

  private static String what(LedgerEntry entry, JsonNode row) {
    String kind = row.path("kind").asText("").toLowerCase(Locale.ROOT);
    return kind.isEmpty() ? entry.type() : entry.type() + " " + kind;
  }

  private static String signed(JsonNode body) {
    return "entry " + body.path("number").asText() + " and all before it";
  }

  private static String details(JsonNode row) {
    List<String> details = new ArrayList<>();
    row.properties()
        .forEach(
            column -> {
              JsonNode value = column.getValue();
              if (!NOT_DETAILS.contains(column.getKey()) && !value.isNull() && !value.isObject()) {
                details.add(column.getKey() + " " + shortened(value.asText()));
              }
            });
    return String.join(", ", details);
  }

  /// A digest's first digits tell it apart from the others of a run.
  private static String shortened(String text) {
    return text.length() == DIGEST ? text.substring(0, DIGITS) : text;
  }
}
