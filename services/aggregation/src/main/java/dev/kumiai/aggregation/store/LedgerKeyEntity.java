package dev.kumiai.aggregation.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity(name = "LedgerKey")
@Table(name = "ledger_key")
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class LedgerKeyEntity {
  @Id String id;

  @Column(name = "public_key")
  String publicKey;

  Instant registered;
}
