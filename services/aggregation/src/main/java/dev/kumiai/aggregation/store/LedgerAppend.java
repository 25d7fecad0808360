package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.access.Actor;
import dev.kumiai.aggregation.access.Actors;
import dev.kumiai.aggregation.ledger.Recorded;
import dev.kumiai.aggregation.ledger.RowKey;
import dev.kumiai.aggregation.ledger.SigningKey;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.ledger.LedgerSignature;
import dev.kumiai.protocol.ledger.SigningRule;
import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hibernate.engine.spi.SessionImplementor;
import org.jspecify.annotations.Nullable;

/// Appends what a transaction wrote to the chains, in that transaction. Locks the heads of the
/// chains, by name when there are several; nothing is locked after them.
@Singleton
class LedgerAppend {

  private static final String ACTOR = "actor";
  private static final String CHANGE = "change";
  private static final String ROW = "row";
  private static final String TABLE = "table";
  private static final String STATE = "state";

  private final SigningKey key;
  private final Actors actors;
  private final Event<Recorded> recorded;
  private final Clock clock;

  LedgerAppend(SigningKey key, Actors actors, Event<Recorded> recorded, Clock clock) {
    this.key = key;
    this.actors = actors;
    this.recorded = recorded;
    this.clock = clock;
  }

  /// A row that was written.
  private record Written(RowKey key, RowChange change, SortedMap<String, @Nullable Object> values) {

    boolean movesRun() {
      return RecordedTables.isRun(key.table()) && change.kind() != RowChange.Kind.ADDED;
    }

    String chain() {
      Object run = values.get(RecordedTables.runColumn(key.table()));
      return run == null ? LedgerEntry.AUDIT : run.toString();
    }

    String type() {
      Object state = values.get(STATE);
      String what =
          change.kind() != RowChange.Kind.REMOVED && state instanceof String name
              ? name.toLowerCase(Locale.ROOT).replace('_', '-')
              : change.kind().word();
      return key.table() + "." + what;
    }

    String body(Actor actor) {
      SortedMap<String, Object> body = new TreeMap<>();
      body.put(ACTOR, actor.kind().name().toLowerCase(Locale.ROOT) + " " + actor.name());
      body.put(CHANGE, change.kind().word());
      body.put(ROW, RowValues.brief(values, change));
      body.put(TABLE, key.table());
      return RowValues.json(body);
    }
  }

  /// Records rows and tells whoever observes [Recorded].
  void append(SessionImplementor session, Map<RowKey, RowChange> rows) {
    Instant now = clock.instant();
    List<LedgerEntry> appended = new ArrayList<>();
    session.doWork(
        connection -> {
          Map<String, List<Written>> chains = new TreeMap<>();
          for (Written row : read(connection, rows)) {
            chains.computeIfAbsent(row.chain(), _ -> new ArrayList<>()).add(row);
          }
          for (Map.Entry<String, List<Written>> chain : chains.entrySet()) {
            appended.addAll(append(connection, chain.getKey(), chain.getValue(), now));
          }
        });
    appended.forEach(
        entry ->
            recorded.fire(
                new Recorded(entry.chain(), entry.number(), now, entry.type(), entry.body())));
  }

  private static List<Written> read(Connection connection, Map<RowKey, RowChange> rows)
      throws SQLException {
    Map<RowKey, SortedMap<String, @Nullable Object>> values =
        RowQuery.find(connection, rows.keySet());
    List<Written> written = new ArrayList<>();
    rows.forEach(
        (key, change) -> {
          SortedMap<String, @Nullable Object> row = values.get(key);
          if (row != null) {
            written.add(new Written(key, change, row));
          } else if (change.kind() == RowChange.Kind.REMOVED) {
            written.add(new Written(key, change, removed(key, change)));
          } else {
            throw new IllegalStateException("the row " + key + " was written and is not there");
          }
        });
    // What led to a run's next state comes before it, so that its end is the last that is told of
    // it.
    written.sort(Comparator.comparing(Written::movesRun));
    return written;
  }

  /// All that is left of it.
  private static SortedMap<String, @Nullable Object> removed(RowKey key, RowChange change) {
    SortedMap<String, @Nullable Object> row = new TreeMap<>(key.columns());
    if (change.run() != null) {
      row.put(RecordedTables.runColumn(key.table()), change.run());
    }
    return row;
  }

  private List<LedgerEntry> append(
      Connection connection, String chain, List<Written> rows, Instant now) throws SQLException {
    ChainHead head = ChainHead.lock(connection, chain);
    SigningRule rule = new SigningRule(chain, head.closed());
    List<LedgerEntry> entries = new ArrayList<>();
    Actor actor = actors.current();
    boolean sign = false;
    for (Written row : rows) {
      LedgerEntry entry = head.next(now, row.type(), row.body(actor));
      entries.add(entry);
      sign |= rule.callsForSignature(entry);
      head = head.moved(entry, rule.closed());
    }
    if (sign) {
      String body = key.sign(head.number(), head.hash()).toJson();
      LedgerEntry signature = head.next(now, LedgerSignature.TYPE, body);
      entries.add(signature);
      head = head.moved(signature, rule.closed());
    }
    head.keep(connection);
    LedgerRows.insert(connection, entries);
    return entries;
  }
}
