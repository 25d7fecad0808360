package dev.kumiai.aggregation.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity(name = "Invitation")
@Table(name = "invitation")
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class InvitationEntity {
  @Id
  @Column(name = "token_hash")
  String tokenHash;

  String site;
  Instant created;

  @Column(name = "created_by")
  String createdBy;

  Instant expires;

  @Column(name = "key_id")
  @Nullable String keyId;

  @Nullable String task;
}
