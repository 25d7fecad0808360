package dev.kumiai.aggregation.store;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

@Entity(name = "Standing")
@Table(name = "run_standing")
@IdClass(StandingEntity.Key.class)
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class StandingEntity {
  @Id String run;
  @Id String site;

  @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
  String faults;

  int counted;
  @Nullable Instant quarantined;

  @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
  @Nullable String reason;

  record Key(String run, String site) implements Serializable {}
}
