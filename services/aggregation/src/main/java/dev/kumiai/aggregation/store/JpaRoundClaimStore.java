package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.round.ReplicaId;
import dev.kumiai.aggregation.round.RoundClaimStore;
import dev.kumiai.core.RunId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Instant;

/// In single statements: what two replicas ask for at the same moment, the database decides.
@ApplicationScoped
class JpaRoundClaimStore implements RoundClaimStore {

  private final EntityManager em;

  JpaRoundClaimStore(EntityManager em) {
    this.em = em;
  }

  @Override
  public boolean claim(RunId run, int round, ReplicaId replica, Instant now, Instant until) {
    return takeOver(run, round, replica, now, until) || add(run, round, replica, until);
  }

  private boolean takeOver(RunId run, int round, ReplicaId replica, Instant now, Instant until) {
    return em.createQuery(
                """
                update RoundClaim set replica = :replica, leaseUntil = :until
                where run = :run and round = :round
                  and (replica = :replica or leaseUntil <= :now)
                """)
            .setParameter("replica", replica.value())
            .setParameter("until", until)
            .setParameter("run", run.value())
            .setParameter("round", round)
            .setParameter("now", now)
            .executeUpdate()
        > 0;
  }

  private boolean add(RunId run, int round, ReplicaId replica, Instant until) {
    return em.createQuery(
                """
                insert into RoundClaim (run, round, replica, leaseUntil)
                values (:run, :round, :replica, :until)
                on conflict do nothing
                """)
            .setParameter("run", run.value())
            .setParameter("round", round)
            .setParameter("replica", replica.value())
            .setParameter("until", until)
            .executeUpdate()
        > 0;
  }

  @Override
  public boolean renew(RunId run, int round, ReplicaId replica, Instant until) {
    return em.createQuery(
                """
                update RoundClaim set leaseUntil = :until
                where run = :run and round = :round and replica = :replica
                """)
            .setParameter("until", until)
            .setParameter("run", run.value())
            .setParameter("round", round)
            .setParameter("replica", replica.value())
            .executeUpdate()
        > 0;
  }

  @Override
  public boolean lock(RunId run, int round, ReplicaId replica) {
    return em.createQuery(
            "from RoundClaim where run = :run and round = :round and replica = :replica",
            RoundClaimEntity.class)
        .setParameter("run", run.value())
        .setParameter("round", round)
        .setParameter("replica", replica.value())
        .setLockMode(LockModeType.PESSIMISTIC_WRITE)
        .getResultStream()
        .findFirst()
        .isPresent();
  }

  @Override
  public void release(RunId run, int round, ReplicaId replica) {
    em.createQuery(
            "delete from RoundClaim where run = :run and round = :round and replica = :replica")
        .setParameter("run", run.value())
        .setParameter("round", round)
        .setParameter("replica", replica.value())
        .executeUpdate();
  }
}
