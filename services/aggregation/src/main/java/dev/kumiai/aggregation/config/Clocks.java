package dev.kumiai.aggregation.config;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/// Time is injected, so that a test can let it pass.
class Clocks {

  /// A time is the same before and after it was stored.
  private static final Duration DATABASE_PRECISION = Duration.ofNanos(1_000);

  @Produces
  @Singleton
  @DefaultBean
  Clock system() {
    return Clock.tick(Clock.systemUTC(), DATABASE_PRECISION);
  }
}
