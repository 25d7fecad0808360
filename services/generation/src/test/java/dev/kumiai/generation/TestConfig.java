package dev.kumiai.generation;

import dev.kumiai.worker.process.WorkerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What the defaults are, without a container.
record TestConfig() implements WorkerConfig {

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
  public Optional<Path> models() {
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
}
