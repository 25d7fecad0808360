package dev.kumiai.aggregation.config;

import io.smallrye.config.ConfigMapping;
import java.util.OptionalInt;

/// How updates are aggregated.
@ConfigMapping(prefix = "kumiai.aggregation")
public interface AggregationConfig {

  /// Threads that aggregate. All processors when it is not set. The result does not depend on it.
  OptionalInt threads();
}
