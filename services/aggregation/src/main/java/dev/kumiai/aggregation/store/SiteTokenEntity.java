package dev.kumiai.aggregation.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity(name = "SiteToken")
@Table(name = "site_token")
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class SiteTokenEntity {
  @Id
  @Column(name = "token_hash")
  String tokenHash;

  String site;

  @Column(name = "key_id")
  @Nullable String keyId;

  @Nullable String task;

  Instant issued;
}
