package dev.kumiai.aggregation.config;

import io.smallrye.config.ConfigMapping;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Optional;

/// How updates are aggregated.
@ConfigMapping(prefix = "kumiai.aggregation")
public interface AggregationConfig {

  /// Threads that aggregate. All processors when it is not set. The result does not depend on it.
  Optional<@Min(1) @Max(1024) Integer> threads();
}
