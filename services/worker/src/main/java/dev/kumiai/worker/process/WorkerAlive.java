package dev.kumiai.worker.process;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/// Live: the loop of every site goes on.
@Liveness
@Singleton
final class WorkerAlive implements HealthCheck {

  private final Worker worker;

  WorkerAlive(Worker worker) {
    this.worker = worker;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("site loops").status(worker.isAlive()).build();
  }
}
