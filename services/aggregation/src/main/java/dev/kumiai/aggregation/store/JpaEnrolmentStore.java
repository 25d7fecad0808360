package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.site.BoundTask;
import dev.kumiai.aggregation.site.EnrolledKey;
import dev.kumiai.aggregation.site.EnrolmentStore;
import dev.kumiai.aggregation.site.Invitation;
import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.signature.SitePublicKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.Timeouts;

@ApplicationScoped
class JpaEnrolmentStore implements EnrolmentStore {

  /// Tokens of each kind that are forgotten in one transaction.
  private static final int MOST_FORGOTTEN = 500;

  private final EntityManager em;

  JpaEnrolmentStore(EntityManager em) {
    this.em = em;
  }

  @Override
  public Optional<EnrolledKey> key(String id) {
    return Optional.ofNullable(em.find(SiteKeyEntity.class, id)).map(JpaEnrolmentStore::key);
  }

  @Override
  public List<EnrolledKey> keys(SiteId site) {
    return em.createQuery(
            "from SiteKey where site = :site order by enrolled, id", SiteKeyEntity.class)
        .setParameter("site", site.value())
        .getResultStream()
        .map(JpaEnrolmentStore::key)
        .toList();
  }

  @Override
  public Set<SiteId> shutOut() {
    return em.createQuery(
            """
            select distinct key.site from SiteKey key where key.revoked is not null and not exists
              (select other.id from SiteKey other
               where other.site = key.site and other.revoked is null)
            """,
            String.class)
        .getResultStream()
        .map(SiteId::new)
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public void add(EnrolledKey key) {
    SiteKeyEntity row = new SiteKeyEntity();
    row.id = key.key().id();
    row.site = key.site().value();
    row.publicKey = key.key().toString();
    row.enrolled = key.enrolled();
    row.revoked = key.revoked();
    em.persist(row);
  }

  @Override
  public void save(EnrolledKey key) {
    em.find(SiteKeyEntity.class, key.key().id()).revoked = key.revoked();
    // One by one: the ledger does not see what a bulk statement does.
    em.createQuery("from SiteToken where site = :site and keyId = :key", SiteTokenEntity.class)
        .setParameter("site", key.site().value())
        .setParameter("key", key.key().id())
        .getResultList()
        .forEach(em::remove);
  }

  @Override
  public Optional<Invitation> lockInvitation(Digest tokenHash) {
    return Optional.ofNullable(
            em.find(InvitationEntity.class, tokenHash.hex(), LockModeType.PESSIMISTIC_WRITE))
        .map(
            row ->
                new Invitation(
                    tokenHash,
                    new SiteId(row.site),
                    row.created,
                    row.createdBy,
                    row.expires,
                    row.keyId,
                    row.task == null ? null : new TaskId(row.task)));
  }

  @Override
  public void add(Invitation invitation) {
    InvitationEntity row = new InvitationEntity();
    row.tokenHash = invitation.tokenHash().hex();
    row.site = invitation.site().value();
    row.created = invitation.created();
    row.createdBy = invitation.createdBy();
    row.expires = invitation.expires();
    row.task = invitation.task() == null ? null : invitation.task().value();
    em.persist(row);
  }

  @Override
  public void save(Invitation invitation) {
    em.find(InvitationEntity.class, invitation.tokenHash().hex()).keyId = invitation.key();
  }

  @Override
  public Optional<BoundTask> task(TaskId id) {
    return Optional.ofNullable(em.find(TaskEntity.class, id.value()))
        .map(
            row ->
                new BoundTask(id, new SiteId(row.site), deadline(row.run), row.finished != null));
  }

  private Duration deadline(String run) {
    RunSpec spec = JsonColumn.read(em.find(RunEntity.class, run).spec, RunSpec.class);
    return Duration.ofSeconds(spec.round().deadlineSeconds());
  }

  @Override
  public void forgetTokensOfTasks(Instant overBefore) {
    forget(InvitationEntity.class, overBefore);
    forget(SiteTokenEntity.class, overBefore);
  }

  /// One by one, for the ledger does not see what a bulk statement does, and past those that
  /// another replica is about to remove.
  private void forget(Class<?> kind, Instant overBefore) {
    em
        .createQuery(
            """
            select t.tokenHash from %s t
            where t.task is not null
              and exists (select 1 from Task k where k.id = t.task and k.finished < :before)
            """
                .formatted(em.getMetamodel().entity(kind).getName()),
            String.class)
        .setParameter("before", overBefore)
        .setMaxResults(MOST_FORGOTTEN)
        .getResultList()
        .stream()
        .map(hash -> em.find(kind, hash, LockModeType.PESSIMISTIC_WRITE, Timeouts.SKIP_LOCKED))
        .filter(Objects::nonNull)
        .forEach(em::remove);
  }

  private static EnrolledKey key(SiteKeyEntity row) {
    return new EnrolledKey(
        new SiteId(row.site), SitePublicKey.parse(row.publicKey), row.enrolled, row.revoked);
  }
}
