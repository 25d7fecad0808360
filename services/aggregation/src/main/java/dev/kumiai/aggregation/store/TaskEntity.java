package dev.kumiai.aggregation.store;

import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.TaskView;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

@Entity(name = "Task")
@Table(name = "task")
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class TaskEntity {
  @Id String id;
  String run;
  String site;

  @Enumerated(EnumType.STRING)
  @JdbcTypeCode(SqlTypes.VARCHAR)
  TaskKind kind;

  int round;
  int incarnation;
  Instant created;

  @Enumerated(EnumType.STRING)
  @JdbcTypeCode(SqlTypes.VARCHAR)
  TaskView.State state;

  int attempt;

  @Column(name = "available_at")
  @Nullable Instant availableAt;

  @Column(name = "lease_until")
  @Nullable Instant leaseUntil;

  double fraction;
  String stage;
  @Nullable Instant started;
  @Nullable Instant finished;

  @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
  @Nullable String problem;

  @Nullable String weights;
  @Nullable Long examples;
  @Nullable Double loss;
  @Nullable Long steps;

  @Column(name = "initial_loss")
  @Nullable Double initialLoss;

  @Column(name = "aggregated_in")
  @Nullable Integer aggregatedIn;

  @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
  @Nullable String report;

  @Column(name = "key_id")
  @Nullable String keyId;

  @Column(name = "signature_input")
  @Nullable String signatureInput;

  @Nullable String signature;
}
