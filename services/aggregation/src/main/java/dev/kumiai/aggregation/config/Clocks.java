package dev.kumiai.aggregation.config;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/// Time is injected, so that a test can let it pass.
class Clocks {

  @Produces
  @Singleton
  @DefaultBean
  Clock system() {
    return Clock.systemUTC();
  }
}
