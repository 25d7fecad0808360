package dev.kumiai.aggregation.store;

import dev.kumiai.protocol.run.RunSpec;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

@Entity(name = "Run")
@Table(name = "run")
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class RunEntity {
  @Id String id;
  Instant created;

  @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
  String spec;

  @Enumerated(EnumType.STRING)
  @JdbcTypeCode(SqlTypes.VARCHAR)
  RunSpec.Executor executor;

  @Nullable String resource;

  String state;
  @Nullable String held;
  int round;
  int incarnation;
  @Nullable String model;
  Instant since;

  @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
  @Nullable String reason;

  @Nullable Instant finished;
}
