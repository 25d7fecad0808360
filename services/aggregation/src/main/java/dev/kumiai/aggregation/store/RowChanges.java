package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.ledger.RowKey;
import io.quarkus.hibernate.orm.PersistenceUnitExtension;
import jakarta.enterprise.inject.Default;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hibernate.Interceptor;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.engine.spi.TransactionCompletionCallbacks.BeforeCompletionCallback;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/// Notes every row that a transaction writes through Hibernate, and has the ledger record them just
/// before the transaction is committed, after all else: so no verb can change anything without an
/// entry, none needs to know of the ledger, and a chain is locked for as short as can be. A row
/// that is written twice in a transaction is recorded once, as it is in the end.
///
/// What Hibernate does not see, a bulk statement, has to say so with [#note].
@Default
@Singleton
@PersistenceUnitExtension("h2")
@PersistenceUnitExtension("postgresql")
class RowChanges implements Interceptor {

  private static final Object KEY = new Object();

  private final EntityManager em;
  private final TransactionSynchronizationRegistry transactions;
  private final LedgerAppend append;

  RowChanges(
      EntityManager em, TransactionSynchronizationRegistry transactions, LedgerAppend append) {
    this.em = em;
    this.transactions = transactions;
    this.append = append;
  }

  /// What one transaction wrote and the ledger has not recorded yet.
  private static final class Noted {
    private final Map<RowKey, RowChange> rows = new LinkedHashMap<>();
  }

  /// Notes what a statement did that names a row itself.
  ///
  /// @param id of the entity, as `find` takes it
  void note(Class<?> entity, Object id, RowChange.Kind kind) {
    SessionImplementor session = em.unwrap(SessionImplementor.class);
    EntityPersister persister =
        session.getFactory().getMappingMetamodel().getEntityDescriptor(entity);
    note(session, persister, id, RowChange.of(kind));
  }

  @Override
  public boolean onPersist(
      Object entity, Object id, Object[] state, String[] properties, Type[] types) {
    note(entity, id, RowChange.of(RowChange.Kind.ADDED));
    return false;
  }

  @Override
  public boolean onFlushDirty(
      Object entity,
      Object id,
      Object[] state,
      Object @Nullable [] before,
      String[] properties,
      Type[] types) {
    if (before == null) {
      note(entity, id, RowChange.of(RowChange.Kind.CHANGED));
      return false;
    }
    EntityPersister persister = persister(entity);
    Set<String> columns = new HashSet<>();
    for (int i = 0; i < properties.length; i++) {
      if (!Objects.deepEquals(state[i], before[i])) {
        columns.addAll(columns(persister, properties[i]));
      }
    }
    columns.removeIf(column -> !RecordedTables.isRecorded(table(persister), column));
    if (!columns.isEmpty()) {
      note(entity, id, RowChange.changed(columns));
    }
    return false;
  }

  @Override
  public void onRemove(
      Object entity, Object id, Object[] state, String[] properties, Type[] types) {
    EntityPersister persister = persister(entity);
    String runColumn = RecordedTables.runColumn(table(persister));
    String run = null;
    for (int i = 0; i < properties.length; i++) {
      if (columns(persister, properties[i]).contains(runColumn) && state[i] != null) {
        run = state[i].toString();
      }
    }
    note(entity, id, RowChange.removed(run));
  }

  private static Set<String> columns(EntityPersister persister, String property) {
    Set<String> columns = new HashSet<>();
    persister
        .findAttributeMapping(property)
        .forEachSelectable((_, column) -> columns.add(column.getSelectionExpression()));
    return columns;
  }

  private EntityPersister persister(Object entity) {
    return em.unwrap(SessionImplementor.class).getEntityPersister(null, entity);
  }

  private void note(Object entity, Object id, RowChange change) {
    note(em.unwrap(SessionImplementor.class), persister(entity), id, change);
  }

  private void note(
      SessionImplementor session, EntityPersister persister, Object id, RowChange change) {
    if (RecordedTables.isRecorded(table(persister))) {
      noted(session).rows.merge(key(session, persister, id), change, RowChange::then);
    }
  }

  private Noted noted(SessionImplementor session) {
    if (transactions.getResource(KEY) instanceof Noted noted) {
      return noted;
    }
    Noted noted = new Noted();
    transactions.putResource(KEY, noted);
    session
        .getTransactionCompletionCallbacks()
        .registerCallback((BeforeCompletionCallback) _ -> record(session, noted));
    return noted;
  }

  /// Who observes an entry may write rows, which are flushed here and may be noted in turn.
  private void record(SessionImplementor session, Noted noted) {
    session.flush();
    while (!noted.rows.isEmpty()) {
      Map<RowKey, RowChange> rows = new LinkedHashMap<>(noted.rows);
      noted.rows.clear();
      append.append(session, rows);
      session.flush();
    }
  }

  private static String table(EntityPersister persister) {
    return persister.getTableName().toLowerCase(Locale.ROOT);
  }

  private static RowKey key(SessionImplementor session, EntityPersister persister, Object id) {
    SortedMap<String, Object> columns = new TreeMap<>();
    String[] names = persister.getIdentifierColumnNames();
    persister
        .getIdentifierMapping()
        .forEachJdbcValue(
            id,
            (index, value, _) ->
                columns.put(names[index], RowValues.ofKey(Objects.requireNonNull(value))),
            session);
    return new RowKey(table(persister), columns);
  }
}
