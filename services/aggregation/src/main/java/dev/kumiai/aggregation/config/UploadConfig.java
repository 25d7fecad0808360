package dev.kumiai.aggregation.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// What the aggregator accepts over the wire.
@ConfigMapping(prefix = "kumiai.uploads")
public interface UploadConfig {

  /// Largest file of weights.
  @WithDefault("8G")
  MemorySize maxBytes();

  /// Largest JSON body.
  @WithDefault("16M")
  MemorySize maxJsonBytes();
}
