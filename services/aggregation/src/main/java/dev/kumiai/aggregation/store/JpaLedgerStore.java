package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.ledger.LedgerStore;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.ledger.LedgerKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.List;
import org.hibernate.Session;

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
        .map(row -> new LedgerKey(row.publicKey))
        .toList();
  }

  @Override
  public List<LedgerEntry> entries(String chain, long after, int limit) {
    return em.unwrap(Session.class)
        .doReturningWork(connection -> LedgerRows.after(connection, chain, after, limit));
  }
}
