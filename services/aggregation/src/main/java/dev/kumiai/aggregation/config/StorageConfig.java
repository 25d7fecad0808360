package dev.kumiai.aggregation.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/// Where the aggregator keeps what must survive it.
@ConfigMapping(prefix = "kumiai.aggregator")
public interface StorageConfig {

  /// Folder of the database, the artifacts and the generated enrolment token. Replicas on one
  /// PostgreSQL share it; on H2 there is one aggregator per folder.
  Path data();

  /// Room on the disk that uploads leave free for the database and the next global model.
  @WithDefault("256M")
  MemorySize reserve();
}
