package dev.kumiai.generation;

import dev.kumiai.engine.EngineDevice;
import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// How a worker of the tests is configured.
record GenerationSettings(Optional<List<Path>> generators, boolean measures)
    implements GenerationConfig {

  /// Without a folder for generator files.
  static final GenerationSettings NO_FOLDERS = new GenerationSettings(Optional.empty(), true);

  static GenerationSettings of(Path... folders) {
    return new GenerationSettings(Optional.of(List.of(folders)), true);
  }

  GenerationSettings unmeasured() {
    return new GenerationSettings(generators, false);
  }

  @Override
  public MemorySize diskReserve() {
    return new MemorySize(BigInteger.valueOf(256L << 20));
  }

  @Override
  public EngineDevice.Precision precision() {
    return EngineDevice.Precision.FLOAT32;
  }
}
