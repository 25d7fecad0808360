package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.site.EnrolledKey;
import dev.kumiai.aggregation.site.EnrolmentStore;
import dev.kumiai.aggregation.site.Invitation;
import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.signature.SitePublicKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

@ApplicationScoped
class JpaEnrolmentStore implements EnrolmentStore {

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
                    row.keyId));
  }

  @Override
  public void add(Invitation invitation) {
    InvitationEntity row = new InvitationEntity();
    row.tokenHash = invitation.tokenHash().hex();
    row.site = invitation.site().value();
    row.created = invitation.created();
    row.createdBy = invitation.createdBy();
    row.expires = invitation.expires();
    em.persist(row);
  }

  @Override
  public void save(Invitation invitation) {
    em.find(InvitationEntity.class, invitation.tokenHash().hex()).keyId = invitation.key();
  }

  private static EnrolledKey key(SiteKeyEntity row) {
    return new EnrolledKey(
        new SiteId(row.site), SitePublicKey.parse(row.publicKey), row.enrolled, row.revoked);
  }
}
