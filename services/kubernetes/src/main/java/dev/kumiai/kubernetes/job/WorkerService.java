package dev.kumiai.kubernetes.job;

import dev.kumiai.core.TaskKind;
import dev.kumiai.kubernetes.resource.FederationRuntimeSpec;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The services that do tasks.
public enum WorkerService {
  LOCAL_TRAINING(8081),
  GENERATION(8082);

  private final int port;

  WorkerService(int port) {
    this.port = port;
  }

  /// Which one does tasks of a kind.
  static WorkerService of(TaskKind kind) {
    return switch (kind) {
      case INITIALIZE, TRAIN, EVALUATE -> LOCAL_TRAINING;
      case GENERATE -> GENERATION;
    };
  }

  /// Its name in labels.
  public String component() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Where it answers probes.
  int port() {
    return port;
  }

  FederationRuntimeSpec.@Nullable Service in(FederationRuntimeSpec runtime) {
    return switch (this) {
      case LOCAL_TRAINING -> runtime.localTraining();
      case GENERATION -> runtime.generation();
    };
  }
}
