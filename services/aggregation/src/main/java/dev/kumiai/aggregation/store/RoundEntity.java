package dev.kumiai.aggregation.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity(name = "Round")
@Table(name = "run_round")
@IdClass(RoundEntity.Key.class)
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class RoundEntity {
  @Id String run;
  @Id int round;
  @Id int incarnation;
  Instant started;
  @Nullable String model;
  @Nullable Double accuracy;
  @Nullable Double loss;
  @Nullable Instant finished;

  @Column(name = "superseded_by")
  @Nullable Integer supersededBy;

  record Key(String run, int round, int incarnation) implements Serializable {}
}
