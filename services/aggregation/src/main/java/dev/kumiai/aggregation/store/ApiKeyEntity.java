package dev.kumiai.aggregation.store;

import dev.kumiai.protocol.access.Role;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity(name = "ApiKey")
@Table(name = "api_key")
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class ApiKeyEntity {
  @Id String name;

  @Column(name = "key_hash")
  String keyHash;

  @Enumerated(EnumType.STRING)
  Role role;

  Instant created;

  @Column(name = "created_by")
  String createdBy;

  @Nullable Instant expires;
  @Nullable Instant revoked;
}
