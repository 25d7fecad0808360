package dev.kumiai.aggregation.store;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity(name = "Artifact")
@Table(name = "artifact")
class ArtifactEntity {

  @Id String digest = "";
  long bytes;
  Instant kept = Instant.EPOCH;
  @Nullable Instant removed;
}
