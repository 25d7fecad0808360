package dev.kumiai.aggregation.store;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

@Entity(name = "Pilot")
@Table(name = "pilot")
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class PilotEntity {
  @Id String id;
  Instant created;

  @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
  String spec;

  String state;

  @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
  @Nullable String reason;

  @Nullable Instant finished;
}
