package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.aggregation.ledger.Recorded;
import dev.kumiai.aggregation.ledger.SigningKey;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.ledger.LedgerSignature;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.Heartbeat;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is recorded, and when.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class LedgerTest {

  private final Aggregator aggregator;
  private final Tables tables;
  private final Overheard overheard;
  private final SigningKey key;

  @Inject
  LedgerTest(Aggregator aggregator, Tables tables, Overheard overheard, SigningKey key) {
    this.key = key;
    this.aggregator = aggregator;
    this.tables = tables;
    this.overheard = overheard;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  @Test
  void everyTransitionOfARunIsAnEntry() {
    TinySite a = aggregator.site("a", 1, 1, 1);

    RunId run = aggregator.startInitialized(new TinySpec(a).measuredBy(1, null, a), a);
    a.workOnce(TaskKind.TRAIN);
    a.workOnce(TaskKind.EVALUATE);
    aggregator.awaitEnd(run);

    assertThat(entries(run.value()))
        .extracting(LedgerEntry::type)
        .filteredOn(type -> !type.equals("ledger.signed"))
        .containsExactlyInAnyOrder(
            Stream.of(
                    List.of("run.initializing", "run_site.added"),
                    List.of("run_round.added", "task.pending", "task.claimed", "task.succeeded"),
                    List.of("run.training", "run_round.changed", "run_round.added"),
                    List.of("task.pending", "task.claimed", "task.succeeded", "run.aggregating"),
                    List.of("run_round.changed", "run.evaluating"),
                    List.of("task.pending", "task.claimed", "task.succeeded"),
                    List.of("run_round.changed", "run.succeeded"))
                .flatMap(List::stream)
                .toArray(String[]::new));
  }

  @Test
  void entriesAreAChain() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    a.workOnce(TaskKind.TRAIN);
    aggregator.awaitEnd(run);

    for (String chain : List.of(run.value(), LedgerEntry.AUDIT)) {
      List<LedgerEntry> entries = entries(chain);
      Digest previous = LedgerEntry.NOTHING;
      for (int i = 0; i < entries.size(); i++) {
        assertThat(entries.get(i).number()).isEqualTo(i + 1L);
        assertThat(entries.get(i).previous()).isEqualTo(previous);
        assertThat(entries.get(i).hash()).isEqualTo(entries.get(i).expectedHash());
        previous = entries.get(i).hash();
      }
      assertThat(tables.query("select number, hash from ledger_chain where chain = ?", chain))
          .containsExactly(List.of(String.valueOf(entries.size()), previous.hex()));
    }
  }

  @Test
  void whoObservesHearsEveryEntryInItsTransactionAndAgainAfterIt() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    a.workOnce(TaskKind.TRAIN);
    aggregator.awaitEnd(run);

    List<LedgerEntry> entries = entries(run.value());

    assertThat(overheard.within(run.value()))
        .extracting(Recorded::number, Recorded::type, Recorded::body)
        .containsExactlyElementsOf(
            entries.stream()
                .map(e -> org.assertj.core.groups.Tuple.tuple(e.number(), e.type(), e.body()))
                .toList());
    List<Recorded> after =
        Aggregator.await(
            () -> overheard.after(run.value()), heard -> heard.size() >= entries.size());
    assertThat(after).containsExactlyInAnyOrderElementsOf(overheard.within(run.value()));
  }

  @Test
  void whatIsRefusedIsRecordedAsAFaultAndNothingElse() throws Exception {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    ClaimedTask task = a.claim(TaskKind.TRAIN);
    int before = entries(run.value()).size();

    assertThatThrownBy(
            () -> a.client().upload(task, Files.writeString(a.file("no model"), "no model")))
        .isInstanceOf(KumiaiException.Invalid.class);

    assertThat(entries(run.value()).subList(before, entries(run.value()).size()))
        .extracting(LedgerEntry::type)
        .containsExactly("run_standing.added");
  }

  @Test
  void heartbeatsAreNotRecorded() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    ClaimedTask task = a.claim(TaskKind.TRAIN);
    int before = entries(run.value()).size();

    a.client().heartbeat(task, new Heartbeat(0.5, "epoch 1"), Duration.ofSeconds(5));

    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, a).fraction()).isEqualTo(0.5);
    assertThat(entries(run.value())).hasSize(before);
  }

  @Test
  void whoDidItIsTold() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    a.workOnce(TaskKind.TRAIN);
    aggregator.awaitEnd(run);

    assertThat(bodies(run, "run.initializing"))
        .allMatch(body -> body.contains("\"actor\":\"user "));
    assertThat(bodies(run, "task.succeeded"))
        .allMatch(body -> body.contains("\"actor\":\"site " + a.id() + "\""));
    assertThat(bodies(run, "run.succeeded"))
        .allMatch(body -> body.contains("\"actor\":\"aggregator aggregator\""));
  }

  private List<String> bodies(RunId run, String type) {
    List<String> bodies =
        entries(run.value()).stream()
            .filter(entry -> entry.type().equals(type))
            .map(LedgerEntry::body)
            .toList();
    assertThat(bodies).isNotEmpty();
    return bodies;
  }

  @Test
  void aLongSpecIsWrittenOnce() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    a.workOnce(TaskKind.TRAIN);
    aggregator.awaitEnd(run);

    String spec = "\\\"batchSize\\\"";
    assertThat(entries(run.value()))
        .filteredOn(entry -> entry.body().contains(spec))
        .extracting(LedgerEntry::type)
        .containsExactly("run.initializing");
  }

  @Test
  void whatBelongsToNoRunIsInAChainOfItsOwn() {
    TinySite a = aggregator.site("a", 1, 2, 3);
    a.announce(0, 4, 5, 6);

    assertThat(entries(LedgerEntry.AUDIT))
        .filteredOn(entry -> entry.body().contains("\"" + a.id() + "\""))
        .extracting(LedgerEntry::type)
        .containsExactlyInAnyOrder(
            "site.added",
            "site_key.added",
            "site_token.added",
            "site_dataset.changed",
            "site_dataset.changed");
  }

  @Test
  void everyRoundAndTheEndOfARunAreSignedWithTheKeyOfTheAggregator() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).rounds(3), a);
    for (int round = 1; round <= 3; round++) {
      a.workOnce(TaskKind.TRAIN);
    }
    aggregator.awaitEnd(run);

    List<LedgerEntry> entries = entries(run.value());
    List<LedgerEntry> signed =
        entries.stream().filter(entry -> entry.type().equals(LedgerSignature.TYPE)).toList();

    assertThat(signed).hasSize(1 + 3).last().isEqualTo(entries.getLast());
    for (LedgerEntry entry : signed) {
      LedgerSignature signature = LedgerSignature.parse(entry.body());
      assertThat(signature.number()).isEqualTo(entry.number() - 1);
      assertThat(signature.hash()).isEqualTo(entry.previous());
      assertThat(signature.verifies()).isTrue();
      assertThat(signature.key()).isEqualTo(key.publicKey());
    }
    assertThat(tables.query("select public_key from ledger_key"))
        .containsExactly(List.of(key.publicKey().base64()));
  }

  @Test
  void whatIsChangedAfterTheEndIsSignedToo() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, b), a);
    a.claim(TaskKind.TRAIN);

    aggregator.client().cancel(run);
    aggregator.awaitTask(run, 1, TaskKind.TRAIN, a, TaskView.State.CANCELLED);

    List<LedgerEntry> entries = entries(run.value());
    assertThat(entries).extracting(LedgerEntry::type).contains("task.cancelled");
    assertThat(entries.getLast().type()).isEqualTo(LedgerSignature.TYPE);
  }

  private List<LedgerEntry> entries(String chain) {
    return tables.query(
        row ->
            new LedgerEntry(
                row.get(0),
                Long.parseLong(row.get(1)),
                row.get(2),
                row.get(3),
                row.get(4),
                new Digest(row.get(5)),
                new Digest(row.get(6))),
        """
        select chain, number, at, type, body, previous, hash from ledger_entry where chain = ?
        order by number
        """,
        chain);
  }
}
