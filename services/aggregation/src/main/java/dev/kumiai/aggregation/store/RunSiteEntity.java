package dev.kumiai.aggregation.store;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

@Entity(name = "RunSite")
@Table(name = "run_site")
@IdClass(RunSiteEntity.Key.class)
@SuppressWarnings("NullAway.Init") // Hibernate fills it
class RunSiteEntity {
  @Id String run;
  @Id String site;

  @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
  String counts;

  @JdbcTypeCode(SqlTypes.LONG32VARCHAR)
  String budget;

  @Nullable String plan;

  record Key(String run, String site) implements Serializable {}
}
