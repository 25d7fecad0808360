package dev.kumiai.generation;

import dev.kumiai.engine.EngineDevice;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What this worker generates with.
@ConfigMapping(prefix = "kumiai.generation")
public interface GenerationConfig {

  /// Folders with generator files and bundles, separated by commas. A run names a generator by its
  /// digest; the names of the files do not matter.
  Optional<List<Path>> generators();

  /// Room that stays free on the disk of a site, such as `256M`: a set that does not fit beside it
  /// is not begun.
  @WithDefault("256M")
  MemorySize diskReserve();

  /// Whether finished sets are measured against the private samples, which takes two trainings of a
  /// small network for each. Filters work without.
  @WithDefault("true")
  boolean measures();

  /// How numbers are kept while a generator computes on a GPU: `float32` or `bfloat16`. A CPU
  /// always uses float32.
  @WithDefault("float32")
  EngineDevice.Precision precision();
}
