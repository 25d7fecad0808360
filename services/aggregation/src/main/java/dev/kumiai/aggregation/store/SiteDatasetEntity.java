package dev.kumiai.aggregation.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

@Entity(name = "SiteDataset")
@Table(name = "site_dataset")
@IdClass(SiteDatasetEntity.Key.class)
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class SiteDatasetEntity {
  @Id String site;
  @Id String dataset;

  @Column(name = "per_class")
  @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
  String perClass;

  int unreadable;
  Instant announced;

  record Key(String site, String dataset) implements Serializable {}
}
