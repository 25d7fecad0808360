package dev.kumiai.generation;

import dev.kumiai.engine.EngineDevice;
import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A worker without a folder for generator files.
record NoGenerators() implements GenerationConfig {

  @Override
  public Optional<List<Path>> generators() {
    return Optional.empty();
  }

  @Override
  public MemorySize diskReserve() {
    return new MemorySize(BigInteger.ZERO);
  }

  @Override
  public EngineDevice.Precision precision() {
    return EngineDevice.Precision.FLOAT32;
  }
}
