package dev.kumiai.aggregation.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity(name = "SiteKey")
@Table(name = "site_key")
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class SiteKeyEntity {
  @Id String id;
  String site;

  @Column(name = "public_key")
  String publicKey;

  Instant enrolled;
  @Nullable Instant revoked;
}
