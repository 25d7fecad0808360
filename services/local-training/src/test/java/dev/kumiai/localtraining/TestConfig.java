package dev.kumiai.localtraining;

import dev.kumiai.engine.EngineDevice;
import dev.kumiai.worker.process.WorkerConfig;
import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What the defaults are, without a container.
record TestConfig(Optional<Path> models) implements WorkerConfig {

  @Override
  public Optional<Path> dataRoot() {
    return Optional.empty();
  }

  @Override
  public Optional<List<String>> sites() {
    return Optional.empty();
  }

  @Override
  public Optional<Path> workDir() {
    return Optional.empty();
  }

  @Override
  public Optional<String> once() {
    return Optional.empty();
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public Duration claimWait() {
    return Duration.ofSeconds(20);
  }

  /// A cache of a megabyte, in float32.
  record Training() implements LocalTrainingConfig {
    @Override
    public MemorySize imageCache() {
      return new MemorySize(BigInteger.valueOf(1 << 20));
    }

    @Override
    public EngineDevice.Precision precision() {
      return EngineDevice.Precision.FLOAT32;
    }
  }
}
