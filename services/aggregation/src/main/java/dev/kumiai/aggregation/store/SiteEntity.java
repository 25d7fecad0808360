package dev.kumiai.aggregation.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity(name = "Site")
@Table(name = "site")
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class SiteEntity {
  @Id String id;
  Instant enrolled;

  @Column(name = "last_seen")
  Instant lastSeen;
}
