package dev.kumiai.aggregation.telemetry;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/// Started: the tables are those of this release and unsettled runs go on. Until then a supervisor
/// waits longer than it would for a process that stopped answering.
@Startup
@Singleton
class Started implements HealthCheck {

  private static final int LAST = Integer.MAX_VALUE;

  private volatile boolean started;

  void onStart(@Observes @Priority(LAST) StartupEvent event) {
    started = true;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("run engine").status(started).build();
  }
}
