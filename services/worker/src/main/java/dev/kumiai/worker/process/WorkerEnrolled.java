package dev.kumiai.worker.process;

import dev.kumiai.core.SiteId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready: the aggregator knows every site and what it holds.
@Readiness
@Singleton
final class WorkerEnrolled implements HealthCheck {

  private final Worker worker;

  WorkerEnrolled(Worker worker) {
    this.worker = worker;
  }

  @Override
  public HealthCheckResponse call() {
    List<SiteId> missing = worker.notEnrolled();
    return HealthCheckResponse.named("enrolled")
        .status(worker.isStarted() && missing.isEmpty())
        .withData("missing", missing.stream().map(SiteId::value).collect(Collectors.joining(",")))
        .build();
  }
}
