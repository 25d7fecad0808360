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

/// The id only grows, within a chain in the order of the numbers: who adds to a chain waits for who
/// did before.
@Entity(name = "Outbox")
@Table(name = "outbox")
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class OutboxEntity {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  long id;

  String channel;
  String chain;
  long number;
  String type;
  @Nullable String subject;
  Instant at;

  @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
  String data;

  @Nullable Long place;
}
