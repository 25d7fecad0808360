package dev.kumiai.aggregation.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/// What one caller may ask of the aggregator.
@ConfigMapping(prefix = "kumiai.limits")
public interface LimitConfig {

  /// Requests that a caller may send every second on average: a user, a site, or an address that
  /// nobody knows. More are answered 429. Five seconds' worth of them may come at once.
  @Min(1) @WithDefault("200")
  int requestsPerSecond();

  /// Wrong API keys and site tokens that an address may try in a minute. More, and it is answered
  /// 429 for a while, whatever it shows.
  @Min(1) @WithDefault("60")
  int failuresPerMinute();

  /// Slowest body that is waited for, in bytes per second on average.
  @WithDefault("1K")
  MemorySize slowestBody();

  /// How long a body may take before that counts.
  @DurationMin(millis = 1)
  @WithDefault("20S")
  Duration patience();
}
