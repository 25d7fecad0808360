package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.aggregation.event.Backlog;
import dev.kumiai.aggregation.event.EventChannel;
import dev.kumiai.aggregation.event.EventId;
import dev.kumiai.aggregation.event.EventLog;
import dev.kumiai.aggregation.event.EventWriter;
import dev.kumiai.aggregation.event.Outbox;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.event.EventData;
import dev.kumiai.protocol.event.EventType;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class OutboxTest {

  private final EventWriter writer;
  private final Outbox outbox;
  private final EventLog log;

  @Inject
  OutboxTest(EventWriter writer, Outbox outbox, EventLog log) {
    this.writer = writer;
    this.outbox = outbox;
    this.log = log;
  }

  private static EventId first() {
    return new EventId(RunId.random().value(), 1);
  }

  private void write(EventId id, Instant at) {
    writer.write(
        EventChannel.RUN_EVENTS,
        id,
        EventType.SITE_QUARANTINED,
        "a",
        at,
        new EventData.OfSite(new SiteId("a"), new RunId(id.chain())));
  }

  private void commit(EventId id) {
    QuarkusTransaction.requiringNew().run(() -> write(id, Instant.now()));
  }

  private boolean has(EventId id) {
    return QuarkusTransaction.requiringNew().call(() -> outbox.has(EventChannel.RUN_EVENTS, id));
  }

  /// Reads on until an event is there.
  private List<EventId> readUntil(EventLog.Cursor[] cursor, EventId wanted) {
    List<EventId> read = new ArrayList<>();
    Aggregator.await(
        () -> {
          EventLog.Page page = log.next(cursor[0]);
          page.events().forEach(event -> read.add(event.id()));
          cursor[0] = page.next();
          return read;
        },
        all -> all.contains(wanted));
    return read;
  }

  @Test
  void tellsNothingOfWhatIsRolledBack() {
    EventId kept = first();
    EventId undone = first();

    QuarkusTransaction.begin();
    write(undone, Instant.now());
    QuarkusTransaction.rollback();
    commit(kept);

    assertThat(has(kept)).isTrue();
    assertThat(has(undone)).isFalse();
  }

  /// Its id in the database is the lower one, and a reader has passed it.
  @Test
  void missesNothingThatIsCommittedLate() {
    EventLog.Cursor[] cursor = {log.ofAll(null)};
    EventId late = first();
    EventId early = first();

    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              write(late, Instant.now());
              commit(early);
              assertThat(readUntil(cursor, early)).doesNotContain(late);
            });

    assertThat(readUntil(cursor, late)).doesNotContain(early);
  }

  @Test
  void isSentFromByOneAtATime() {
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              OptionalLong mine =
                  Aggregator.await(() -> outbox.lock(EventChannel.AUDIT), OptionalLong::isPresent);
              assertThat(mine).isPresent();
              assertThat(
                      QuarkusTransaction.requiringNew().call(() -> outbox.lock(EventChannel.AUDIT)))
                  .isEmpty();
            });

    Aggregator.await(
        () -> QuarkusTransaction.requiringNew().call(() -> outbox.lock(EventChannel.AUDIT)),
        OptionalLong::isPresent);
  }

  @Test
  void sendsAllOfItWithoutABrokerToo() {
    commit(first());

    assertThat(
            Aggregator.await(
                () -> log.backlog(EventChannel.RUN_EVENTS), backlog -> backlog.events() == 0))
        .returns(null, Backlog::oldest);
  }

  @Test
  void forgetsOnlyWhatIsOldAndSent() {
    EventId old = first();
    EventId young = first();
    Instant longAgo = Instant.parse("2020-01-01T00:00:00Z");
    QuarkusTransaction.requiringNew().run(() -> write(old, longAgo));
    commit(young);
    Aggregator.await(() -> log.backlog(EventChannel.RUN_EVENTS), backlog -> backlog.events() == 0);
    EventId unsent = first();

    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              write(unsent, longAgo);
              outbox.forget(longAgo.plusSeconds(1));
            });

    assertThat(has(old)).isFalse();
    assertThat(has(young)).isTrue();
    assertThat(has(unsent)).isTrue();
  }
}
