package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.access.ApiKey;
import dev.kumiai.aggregation.access.ApiKeyStore;
import dev.kumiai.core.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Optional;

@ApplicationScoped
class JpaApiKeyStore implements ApiKeyStore {

  private final EntityManager em;
  private final RowChanges changes;

  JpaApiKeyStore(EntityManager em, RowChanges changes) {
    this.em = em;
    this.changes = changes;
  }

  @Override
  public boolean add(ApiKey key, Digest hash) {
    if (em.find(ApiKeyEntity.class, key.name()) != null) {
      return false;
    }
    boolean added =
        em.createQuery(
                    """
                insert into ApiKey (name, keyHash, role, created, createdBy, expires)
                values (:name, :hash, :role, :created, :createdBy, :expires)
                on conflict do nothing
                """)
                .setParameter("name", key.name())
                .setParameter("hash", hash.hex())
                .setParameter("role", key.role())
                .setParameter("created", key.created())
                .setParameter("createdBy", key.createdBy())
                .setParameter("expires", key.expires())
                .executeUpdate()
            == 1;
    if (added) {
      changes.note(ApiKeyEntity.class, key.name(), RowChange.Kind.ADDED);
    }
    return added;
  }

  @Override
  public Optional<ApiKey> byHash(Digest hash) {
    return em.createQuery("from ApiKey where keyHash = :hash", ApiKeyEntity.class)
        .setParameter("hash", hash.hex())
        .getResultStream()
        .findFirst()
        .map(JpaApiKeyStore::key);
  }

  @Override
  public Optional<ApiKey> find(String name) {
    return Optional.ofNullable(em.find(ApiKeyEntity.class, name)).map(JpaApiKeyStore::key);
  }

  @Override
  public void save(ApiKey key) {
    em.find(ApiKeyEntity.class, key.name()).revoked = key.revoked();
  }

  @Override
  public List<ApiKey> all() {
    return em.createQuery("from ApiKey order by name", ApiKeyEntity.class)
        .getResultStream()
        .map(JpaApiKeyStore::key)
        .toList();
  }

  private static ApiKey key(ApiKeyEntity row) {
    return new ApiKey(row.name, row.role, row.created, row.createdBy, row.expires, row.revoked);
  }
}
