package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.model.Artifacts;
import dev.kumiai.core.KumiaiException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Not ready while the store could not take an upload.
@Readiness
class ArtifactsHealth implements HealthCheck {

  private final Artifacts artifacts;

  ArtifactsHealth(Artifacts artifacts) {
    this.artifacts = artifacts;
  }

  @Override
  public HealthCheckResponse call() {
    try {
      artifacts.requireReady();
      return HealthCheckResponse.up("artifact store");
    } catch (KumiaiException.StorageFull | KumiaiException.Unavailable e) {
      return HealthCheckResponse.named("artifact store").down().withData("code", e.code()).build();
    }
  }
}
