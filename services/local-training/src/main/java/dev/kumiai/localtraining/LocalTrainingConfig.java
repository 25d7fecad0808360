package dev.kumiai.localtraining;

import dev.kumiai.engine.EngineDevice;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// How this worker trains.
@ConfigMapping(prefix = "kumiai.local-training")
public interface LocalTrainingConfig {

  /// Decoded images that stay in memory between tasks, such as `512M`; those used longest ago go
  /// first. The images of the task at hand are needed in any case.
  @WithDefault("1G")
  MemorySize imageCache();

  /// How numbers are kept while a network computes on a GPU: `float32` or `bfloat16`. A CPU always
  /// uses float32.
  @WithDefault("float32")
  EngineDevice.Precision precision();
}
