package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.aggregation.Tampering.Row;
import dev.kumiai.aggregation.ledger.VerifyLedger;
import dev.kumiai.aggregation.request.RawRequest;
import dev.kumiai.aggregation.request.RequestKey;
import dev.kumiai.aggregation.request.TakeRunRequest;
import dev.kumiai.core.PilotId;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.run.StrategySpec.Name;
import dev.kumiai.protocol.site.InvitationRequest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Table by table: no column of any row can be changed behind the aggregator's back without being
/// found, but for those that are listed here.
@QuarkusTest
@TestProfile(TamperedTablesTest.Alone.class)
@QuarkusTestResource(TemporaryAggregator.class)
class TamperedTablesTest {

  /// An aggregator of its own: each of some hundred changes verifies a ledger as long as what went
  /// before.
  public static class Alone implements QuarkusTestProfile {}

  /// They tell how something goes on right now.
  private static final Map<String, Set<String>> NOT_RECORDED_COLUMNS =
      Map.of(
          "run", Set.of("resource"), //
          "task", Set.of("fraction", "lease_until", "stage"), //
          "site", Set.of("last_seen"));

  /// The ledger itself, what Flyway keeps for itself, who works at something right now, and what is
  /// still to be sent.
  private static final Set<String> NOT_RECORDED_TABLES =
      Set.of(
          "ledger_chain",
          "ledger_entry",
          "flyway_schema_history",
          "round_claim",
          "artifact",
          "outbox",
          "outbox_head");

  private final Aggregator aggregator;
  private final Tampering tampering;
  private final VerifyLedger verifyLedger;
  private final TakeRunRequest takeRunRequest;

  @Inject
  TamperedTablesTest(
      Aggregator aggregator,
      Tables tables,
      VerifyLedger verifyLedger,
      TakeRunRequest takeRunRequest) {
    this.aggregator = aggregator;
    this.tampering = new Tampering(tables);
    this.verifyLedger = verifyLedger;
    this.takeRunRequest = takeRunRequest;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  /// A run with something in every table: generation, a measurement, a strategy with a state, a
  /// site with a fault, a request from a broker, an invitation, an API key, a pilot.
  private RunId runWithEverything() throws Exception {
    TinySite a = aggregator.site("a", 10, 0, 2);
    TinySite b = aggregator.site("b", 0, 5, 0);
    TinySpec spec =
        new TinySpec(a, b)
            .rounds(2)
            .generating(30)
            .measuredBy(1, null, a)
            .strategy(Name.FEDAVGM, Map.of());
    RunId run = aggregator.startInitialized(spec, a);
    request(run, "suspend");
    request(run, "resume");
    List.of(a, b).forEach(site -> site.workOnce(TaskKind.GENERATE));
    b.client()
        .fail(
            b.claim(TaskKind.TRAIN),
            new Problem(Problem.TYPE_PREFIX + "disk-full", "disk-full", 503, "no room", List.of()));
    aggregator.pass(Duration.ofMinutes(1));
    for (int round = 1; round <= 2; round++) {
      List.of(a, b).forEach(site -> site.workOnce(TaskKind.TRAIN));
      a.workOnce(TaskKind.EVALUATE);
    }
    aggregator.awaitEnd(run);
    aggregator.client().invite(new InvitationRequest(a.id(), 1));
    RestAssured.given()
        .contentType(ContentType.JSON)
        .body(Map.of("name", "key-" + UUID.randomUUID(), "role", "VIEWER"))
        .post("/api/v1/keys")
        .then()
        .statusCode(201);
    cancelledPilot(aggregator.site("c", 3, 3, 3));
    return run;
  }

  private void cancelledPilot(TinySite site) {
    TinySpec spec = new TinySpec(site).generating(3).measuredBy(1, null, site);
    PilotId pilot =
        aggregator.client().createPilot(new TinyPilot(spec, site, site).build()).pilot();
    Aggregator.await(() -> aggregator.client().pilot(pilot), view -> !view.runs().isEmpty());
    aggregator.client().cancelPilot(pilot);
  }

  private void request(RunId run, String verb) throws Exception {
    String id = UUID.randomUUID().toString();
    takeRunRequest.take(
        new RawRequest(
            new RequestKey("/test", id),
            Map.of(
                "ce_specversion",
                "1.0",
                "ce_id",
                id,
                "ce_source",
                "/test",
                "ce_type",
                "dev.kumiai.run." + verb,
                "ce_subject",
                run.value()),
            "{}".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void noColumnOfAnyTableChangesUnnoticed() throws Exception {
    RunId run = runWithEverything();
    Map<String, Set<String>> unnoticed = new TreeMap<>();
    for (String table : recordedTables()) {
      Row row = someRow(table, run);
      for (String column : row.values().keySet()) {
        if (!isFound(row, column, run)) {
          unnoticed.computeIfAbsent(table, _ -> new TreeSet<>()).add(column);
        }
      }
    }

    assertThat(unnoticed).isEqualTo(NOT_RECORDED_COLUMNS);
  }

  private List<String> recordedTables() {
    return tampering.tableNames().stream()
        .filter(table -> !NOT_RECORDED_TABLES.contains(table))
        .toList();
  }

  /// A row of the run where the table has runs, else any; the one with the most in it.
  private Row someRow(String table, RunId run) {
    return tampering
        .rows(
            table,
            row ->
                table.equals("run")
                    ? run.value().equals(row.get("id"))
                    : !row.containsKey("run") || run.value().equals(row.get("run")))
        .stream()
        .max(
            Comparator.comparingLong(
                row -> row.values().values().stream().filter(Objects::nonNull).count()))
        .orElseThrow(() -> new AssertionError("nothing is in the table " + table));
  }

  private boolean isFound(Row row, String column, RunId run) {
    Object changed = tampering.changed(row, column);
    if (!tampering.set(row, column, changed)) {
      return true; // the database itself does not let anybody do it
    }
    boolean ofRun = row.table().equals("run") || row.values().containsKey("run");
    try {
      // Not over HTTP, which may not let us in with another key in the table.
      return verifyLedger.verify(ofRun ? run.value() : LedgerEntry.AUDIT).findings().stream()
          .anyMatch(
              finding ->
                  finding.where().startsWith(row.table() + " ")
                      && (row.key().contains(column)
                          || column.equals("run")
                          || finding.where().endsWith("column " + column)));
    } finally {
      tampering.set(row.with(column, changed), column, row.values().get(column));
    }
  }
}
