package dev.kumiai.aggregation.store;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

@Entity(name = "OutboxHead")
@Table(name = "outbox_head")
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class OutboxHeadEntity {
  @Id String name;
  long place;
}
