package dev.kumiai.aggregation.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;

@Entity(name = "RoundClaim")
@Table(name = "round_claim")
@IdClass(RoundClaimEntity.Key.class)
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class RoundClaimEntity {
  @Id String run;
  @Id int round;
  String replica;

  @Column(name = "lease_until")
  Instant leaseUntil;

  record Key(String run, int round) implements Serializable {}
}
