package dev.kumiai.kubernetes.job;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.kubernetes.resource.FederatedRun;
import dev.kumiai.kubernetes.resource.FederationRuntime;
import dev.kumiai.kubernetes.resource.FederationRuntimeSpec;
import dev.kumiai.kubernetes.resource.RuntimeRef;
import dev.kumiai.kubernetes.resource.Site;
import dev.kumiai.protocol.run.RunView;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Looks up what a run's Jobs run with. Read anew each time, so that a change of a Site or of a
/// FederationRuntime counts from the next Job on.
@Singleton
public class JobSettings {

  /// Of one run.
  ///
  /// @throws KumiaiException.Invalid `runtime-missing`
  public JobLauncher.Setting of(FederatedRun resource, RunView run, KubernetesClient client) {
    String namespace = resource.getMetadata().getNamespace();
    return new JobLauncher.Setting(
        runtime(namespace, resource.getSpec().runtimeRef(), client), places(namespace, client));
  }

  /// The FederationRuntime that is named, or else the default one.
  ///
  /// @throws KumiaiException.Invalid `runtime-missing`
  public FederationRuntimeSpec runtime(
      String namespace, @Nullable RuntimeRef reference, KubernetesClient client) {
    String name = reference == null ? RuntimeRef.DEFAULT : reference.name();
    FederationRuntime found =
        client.resources(FederationRuntime.class).inNamespace(namespace).withName(name).get();
    if (found == null) {
      throw new KumiaiException.Invalid(
          "runtime-missing",
          "there is no FederationRuntime '%s' in namespace %s: create it, or name another in spec.runtimeRef"
              .formatted(name, namespace));
    }
    return found.getSpec();
  }

  private static Map<SiteId, Place> places(String namespace, KubernetesClient client) {
    Map<SiteId, Place> places = new HashMap<>();
    client.resources(Site.class).inNamespace(namespace).list().getItems().stream()
        .flatMap(site -> Place.of(site).stream())
        .forEach(place -> places.put(place.site(), place));
    return places;
  }
}
