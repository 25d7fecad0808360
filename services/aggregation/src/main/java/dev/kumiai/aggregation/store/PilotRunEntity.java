package dev.kumiai.aggregation.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

@Entity(name = "PilotRun")
@Table(name = "pilot_run")
@IdClass(PilotRunEntity.Key.class)
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class PilotRunEntity {
  @Id String pilot;
  @Id int number;
  int repetition;
  String arm;

  @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
  @Nullable String amount;

  /// Not called `run`: the row is the pilot's, and stands in no run's ledger.
  @Column(name = "run_id")
  String runId;

  @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
  @Nullable String drift;

  record Key(String pilot, int number) implements Serializable {}
}
