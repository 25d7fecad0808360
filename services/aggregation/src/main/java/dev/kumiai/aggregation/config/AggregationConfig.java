package dev.kumiai.aggregation.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/// How updates are aggregated.
@ConfigMapping(prefix = "kumiai.aggregation")
public interface AggregationConfig {

  /// Threads that aggregate. All processors when it is not set. The result does not depend on it.
  Optional<@Min(1) @Max(1024) Integer> threads();

  /// How long a replica that has died keeps the others from the round that it aggregated. One that
  /// lives renews its claim three times in that.
  @DurationMin(millis = 100)
  @WithDefault("30s")
  Duration lease();
}
