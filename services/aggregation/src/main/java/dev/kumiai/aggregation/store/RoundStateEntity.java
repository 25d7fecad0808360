package dev.kumiai.aggregation.store;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;

@Entity(name = "RoundState")
@Table(name = "run_round_state")
@IdClass(RoundStateEntity.Key.class)
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class RoundStateEntity {
  @Id String run;
  @Id int round;
  @Id int incarnation;
  @Id String name;
  String digest;

  record Key(String run, int round, int incarnation, String name) implements Serializable {}
}
