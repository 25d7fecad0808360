package dev.kumiai.worker.process;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/// Started: the configuration is right and every site has its loop; the aggregator need not be
/// there yet.
@Startup
@Singleton
final class WorkerStarted implements HealthCheck {

  private final Worker worker;

  WorkerStarted(Worker worker) {
    this.worker = worker;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("worker").status(worker.isStarted()).build();
  }
}
