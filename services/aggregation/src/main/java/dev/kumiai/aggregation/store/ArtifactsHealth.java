package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.model.Artifacts;
import dev.kumiai.core.KumiaiException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Not ready while the disk could not take an upload.
@Readiness
class ArtifactsHealth implements HealthCheck {

  private final Artifacts artifacts;

  ArtifactsHealth(Artifacts artifacts) {
    this.artifacts = artifacts;
  }

  @Override
  public HealthCheckResponse call() {
    try {
      artifacts.requireRoom(1);
      return HealthCheckResponse.up("artifact store");
    } catch (KumiaiException.StorageFull e) {
      return HealthCheckResponse.down("artifact store");
    }
  }
}
