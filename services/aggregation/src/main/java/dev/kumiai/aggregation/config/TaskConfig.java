package dev.kumiai.aggregation.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/// How tasks are retried and watched.
@ConfigMapping(prefix = "kumiai.tasks")
public interface TaskConfig {

  /// Pause before a failed task is handed out again; doubles with every attempt.
  @DurationMin(millis = 0)
  @WithDefault("1s")
  Duration retryDelay();

  /// Longest such pause.
  @DurationMin(millis = 0)
  @WithDefault("1M")
  Duration maxRetryDelay();

  /// How often leases and deadlines are looked at.
  @DurationMin(millis = 10)
  @WithDefault("1s")
  Duration tick();
}
