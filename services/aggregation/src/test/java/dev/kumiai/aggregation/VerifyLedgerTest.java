package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.kumiai.aggregation.Tampering.Row;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.ledger.LedgerFinding;
import dev.kumiai.protocol.ledger.LedgerKey;
import dev.kumiai.protocol.ledger.LedgerReport;
import dev.kumiai.protocol.ledger.LedgerSignature;
import dev.kumiai.protocol.run.StrategySpec.Name;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whatever is changed behind the aggregator's back is found, and where it is, is told.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class VerifyLedgerTest {

  private static final String ZEROS = "0".repeat(64);

  private final Aggregator aggregator;
  private final Tables tables;
  private final Tampering tampering;

  @Inject
  VerifyLedgerTest(Aggregator aggregator, Tables tables) {
    this.aggregator = aggregator;
    this.tables = tables;
    this.tampering = new Tampering(tables);
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  /// A run with something in as many tables as can be.
  private RunId finishedRun() {
    TinySite a = aggregator.site("a", 10, 0, 2);
    TinySite b = aggregator.site("b", 0, 5, 0);
    TinySpec spec =
        new TinySpec(a, b)
            .rounds(2)
            .generating(30)
            .measuredBy(1, null, a)
            .strategy(Name.FEDAVGM, Map.of());
    RunId run = aggregator.startInitialized(spec, a);
    List.of(a, b).forEach(site -> site.workOnce(TaskKind.GENERATE));
    for (int round = 1; round <= 2; round++) {
      List.of(a, b).forEach(site -> site.workOnce(TaskKind.TRAIN));
      a.workOnce(TaskKind.EVALUATE);
    }
    aggregator.awaitEnd(run);
    return run;
  }

  private LedgerReport verify(RunId run) {
    return aggregator.client().verifyLedger(run);
  }

  @Test
  void aRunThatNobodyTamperedWithIsAsItsLedgerSays() {
    RunId run = finishedRun();

    LedgerReport report = verify(run);

    assertThat(report.findings()).isEmpty();
    assertThat(report.signatures()).isEqualTo(3);
    assertThat(report.signed()).isEqualTo(report.head().number() - 1);
    assertThat(report.keys()).containsExactly(aggregator.client().ledgerKeys().own());
    // One run, 2 participants, 3 rounds, 2 states, and the tasks: 1 + 2 + 2 x (2 + 1).
    assertThat(report.rows()).isEqualTo(1 + 2 + 3 + 2 + 9);
    // 3 models, 4 updates and 2 states.
    assertThat(report.artifacts()).isEqualTo(3 + 4 + 2);
    assertThat(aggregator.client().verifyLedger(null).findings()).isEmpty();
  }

  @Test
  void aRunThatGoesOnCanBeVerified() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);

    assertThat(verify(run).findings()).isEmpty();
  }

  @Test
  void aRowThatIsMissingOrWasPutInIsFound() {
    RunId run = finishedRun();
    Row state =
        tampering.rows("run_round_state", row -> run.value().equals(row.get("run"))).getFirst();

    tampering.delete(state);
    assertThat(codes(run)).containsExactly("row-missing");

    tampering.insert(state);
    Row another = state.with("name", "another");
    tampering.insert(another);
    assertThat(codes(run)).containsExactly("row-unrecorded");
    tampering.delete(another);
  }

  @Test
  void aChangeOfAnyEntryIsFound() {
    RunId run = finishedRun();
    List<Row> entries = entries(run);
    List<String> unnoticed = new ArrayList<>();
    for (Row entry : entries) {
      for (String column : entry.values().keySet()) {
        Object changed = tampering.changed(entry, column);
        if (tampering.set(entry, column, changed)) {
          if (verify(run).clean()) {
            unnoticed.add(column + " of " + entry);
          }
          tampering.set(entry.with(column, changed), column, entry.values().get(column));
        }
      }
    }

    assertThat(unnoticed).isEmpty();
    assertThat(verify(run).findings()).isEmpty();
  }

  @Test
  void anEntryThatIsMissingOutOfPlaceOrTooManyIsFound() {
    RunId run = finishedRun();
    List<Row> entries = entries(run);
    Row second = entries.get(1);
    Row third = entries.get(2);

    tampering.delete(second);
    assertThat(codes(run)).contains("entry-missing");
    tampering.insert(second);

    tampering.set(second, "body", third.values().get("body"));
    tampering.set(third, "body", second.values().get("body"));
    assertThat(codes(run)).contains("entry-changed");
    tampering.set(second, "body", second.values().get("body"));
    tampering.set(third, "body", third.values().get("body"));

    Row more = entries.getLast().with("number", entries.size() + 1L);
    tampering.insert(more);
    assertThat(codes(run)).contains("head-changed", "entry-changed");
    tampering.delete(more);

    assertThat(verify(run).findings()).isEmpty();
  }

  @Test
  void aChainThatWasCutIsFoundEvenWithItsHead() {
    RunId run = finishedRun();
    aggregator.leftTamperedWith(run);
    List<Row> entries = entries(run);
    Row head = head(run);

    tampering.delete(entries.getLast());
    assertThat(codes(run)).contains("chain-cut");

    LedgerEntry last = aggregator.client().ledger(run, entries.size() - 2).entries().getFirst();
    tampering.set(head, "number", last.number());
    tampering.set(head, "hash", last.hash().hex());
    assertThat(codes(run)).containsExactly("signature-missing");

    // Down to the end of round 1, so that the chain ends with a signature, as it should.
    int kept = 0;
    for (int i = 0; i < entries.size() - 1; i++) {
      if (LedgerSignature.TYPE.equals(entries.get(i).values().get("type"))) {
        kept = i + 1;
      }
    }
    for (Row entry : entries.subList(kept, entries.size() - 1)) {
      tampering.delete(entry);
    }
    tampering.set(head, "number", (long) kept);
    tampering.set(head, "hash", entries.get(kept - 1).values().get("hash"));
    assertThat(codes(run)).contains("row-changed", "row-unrecorded").doesNotContain("chain-cut");
  }

  /// Somebody writes the whole chain anew, hashes and all, and has no key, or one of his own.
  @Test
  void aChainThatWasWrittenAnewIsFoundByItsSignatures() throws GeneralSecurityException {
    RunId run = finishedRun();
    aggregator.leftTamperedWith(run);

    rewrite(run, null);
    assertThat(codes(run)).contains("signature-wrong");

    rewrite(run, KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    assertThat(codes(run)).contains("signature-unknown").doesNotContain("entry-changed");
  }

  private void rewrite(RunId run, @Nullable KeyPair pair) throws GeneralSecurityException {
    Digest previous = new Digest(ZEROS);
    for (Row row : entries(run)) {
      String type = text(row, "type");
      long number = Long.parseLong(text(row, "number"));
      String body = text(row, "body").replace("\"examples\":12", "\"examples\":13");
      if (type.equals(LedgerSignature.TYPE) && pair != null) {
        body = sign(pair, number - 1, previous).toJson();
      }
      LedgerEntry forged =
          LedgerEntry.after(
              previous, run.value(), number, Instant.parse(text(row, "at")), type, body);
      tampering.set(row, "body", body);
      tampering.set(row, "previous", previous.hex());
      tampering.set(row, "hash", forged.hash().hex());
      previous = forged.hash();
    }
    tampering.set(head(run), "hash", previous.hex());
  }

  private static String text(Row row, String column) {
    return String.valueOf(row.values().get(column));
  }

  private static LedgerSignature sign(KeyPair pair, long number, Digest hash)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(pair.getPrivate());
    signature.update(LedgerSignature.message(hash));
    return new LedgerSignature(
        "Ed25519",
        number,
        hash,
        LedgerKey.of(pair.getPublic()),
        Base64.getEncoder().encodeToString(signature.sign()));
  }

  @Test
  void aChangedByteInAnyFileIsFound() throws IOException {
    RunId run = finishedRun();
    Set<String> digests = new TreeSet<>();
    String of = " where run = '" + run + "' and ";
    for (String query :
        List.of(
            "select weights from task" + of + "weights is not null",
            "select model from run_round" + of + "model is not null",
            "select digest from run_round_state" + of + "digest is not null")) {
      tables.query(query).forEach(row -> digests.add(row.getFirst()));
    }

    assertThat(digests).hasSize(9);
    for (String hex : digests) {
      Path file = aggregator.fileOf(new Digest(hex));
      flip(file);
      assertThat(verify(run).findings())
          .extracting(LedgerFinding::code, LedgerFinding::where)
          .containsExactly(tuple("artifact-changed", "artifact sha256:" + hex));
      flip(file);
    }
    assertThat(verify(run).findings()).isEmpty();
  }

  /// The lowest bit of the last byte.
  private static void flip(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long last = channel.size() - 1;
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, last);
      one.put(0, (byte) (one.get(0) ^ 1)).rewind();
      channel.write(one, last);
    }
  }

  private List<String> codes(RunId run) {
    return verify(run).findings().stream().map(LedgerFinding::code).toList();
  }

  private List<Row> entries(RunId run) {
    return tampering.rows("ledger_entry", row -> run.value().equals(row.get("chain"))).stream()
        .sorted(Comparator.comparing(row -> (Long) row.values().get("number")))
        .toList();
  }

  private Row head(RunId run) {
    return tampering.rows("ledger_chain", row -> run.value().equals(row.get("chain"))).getFirst();
  }
}
