package dev.kumiai.aggregation.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How tasks are retried and watched.
@ConfigMapping(prefix = "kumiai.tasks")
public interface TaskConfig {

  /// Pause before a failed task is handed out again; doubles with every attempt.
  @WithDefault("1s")
  Duration retryDelay();

  /// Longest such pause.
  @WithDefault("1M")
  Duration maxRetryDelay();

  /// How often leases and deadlines are looked at.
  @WithDefault("1s")
  Duration tick();
}
