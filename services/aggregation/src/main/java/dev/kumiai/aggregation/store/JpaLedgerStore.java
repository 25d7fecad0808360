package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.ledger.LedgerStore;
import dev.kumiai.aggregation.ledger.RecordedRow;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.ledger.LedgerHead;
import dev.kumiai.protocol.ledger.LedgerKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.Session;
import org.hibernate.jdbc.ReturningWork;

@ApplicationScoped
class JpaLedgerStore implements LedgerStore {

  private final EntityManager em;
  private final RowChanges changes;

  JpaLedgerStore(EntityManager em, RowChanges changes) {
    this.em = em;
    this.changes = changes;
  }

  /// Looks first, as [JpaSiteStore#enrol] does.
  @Override
  public void register(LedgerKey key, Instant now) {
    String id = key.fingerprint().hex();
    if (em.find(LedgerKeyEntity.class, id) != null) {
      return;
    }
    int added =
        em.createQuery(
                """
                insert into LedgerKey (id, publicKey, registered) values (:id, :key, :now)
                on conflict do nothing
                """)
            .setParameter("id", id)
            .setParameter("key", key.base64())
            .setParameter("now", now)
            .executeUpdate();
    if (added > 0) {
      changes.note(LedgerKeyEntity.class, id, RowChange.Kind.ADDED);
    }
  }

  @Override
  public List<LedgerKey> keys() {
    return em.createQuery("from LedgerKey order by registered, id", LedgerKeyEntity.class)
        .getResultStream()
        .flatMap(JpaLedgerStore::key)
        .toList();
  }

  /// A damaged key verifies nothing; that its row was changed is found where rows are compared.
  private static Stream<LedgerKey> key(LedgerKeyEntity row) {
    try {
      return Stream.of(new LedgerKey(row.publicKey));
    } catch (KumiaiException.Invalid e) {
      return Stream.empty();
    }
  }

  @Override
  public List<LedgerEntry> entries(String chain, long after, int limit) {
    return call(connection -> LedgerRows.after(connection, chain, after, limit));
  }

  @Override
  public Map<Long, LedgerEntry> entries(String chain, Collection<Long> numbers) {
    return call(connection -> LedgerRows.numbered(connection, chain, numbers)).stream()
        .collect(Collectors.toMap(LedgerEntry::number, Function.identity()));
  }

  @Override
  public Optional<LedgerHead> head(String chain) {
    return call(connection -> LedgerRows.head(connection, chain));
  }

  @Override
  public Optional<LedgerHead> lockHead(String chain) {
    return call(
        connection -> {
          ChainHead.lock(connection, chain);
          return LedgerRows.head(connection, chain);
        });
  }

  @Override
  public Map<String, List<String>> tables() {
    return call(TableSchema::keys);
  }

  @Override
  public void rows(String chain, Consumer<RecordedRow> each) {
    call(
        connection -> {
          for (TableSchema table : TableSchema.recorded(connection)) {
            table.rows(connection, chain, each);
          }
          return chain;
        });
  }

  private <T> T call(ReturningWork<T> work) {
    return em.unwrap(Session.class).doReturningWork(work);
  }
}
