package dev.kumiai.aggregation.store;

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
  Instant started;
  @Nullable String model;
  @Nullable Double accuracy;
  @Nullable Double loss;
  @Nullable Instant finished;

  record Key(String run, int round) implements Serializable {}
}
