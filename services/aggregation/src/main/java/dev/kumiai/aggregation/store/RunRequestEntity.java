package dev.kumiai.aggregation.store;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

@Entity(name = "RunRequest")
@Table(name = "run_request")
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class RunRequestEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  long number;

  String source;
  String id;
  Instant taken;
  @Nullable String run;

  @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
  @Nullable String refusal;
}
