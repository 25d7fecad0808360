package dev.kumiai.kubernetes.operator;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.kubernetes.KubernetesConfig;
import dev.kumiai.kubernetes.resource.FederationRuntime;
import dev.kumiai.kubernetes.resource.KumiaiGroup;
import dev.kumiai.kubernetes.resource.Site;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/// FederationRuntimes and Sites that an installation brings along, in a file: the chart's, say.
/// They are applied before anything is watched, whenever the operator starts, because an installer
/// cannot make objects of a kind that it defines itself in the same breath. One that is not in the
/// file any more stays.
@Singleton
class GivenResources {

  private static final Logger LOG = Logger.getLogger(GivenResources.class);
  private static final String CODE = "given-resources-invalid";
  private static final String MANAGER = "kumiai-installation";
  private static final String API_VERSION = KumiaiGroup.GROUP + "/" + KumiaiGroup.VERSION;
  private static final Set<String> KINDS =
      Set.of(FederationRuntime.class.getSimpleName(), Site.class.getSimpleName());

  /// Refusals with these stay as they are, however often they are asked for.
  private static final Set<Integer> FINAL = Set.of(400, 422);

  private final KubernetesConfig config;

  GivenResources(KubernetesConfig config) {
    this.config = config;
  }

  /// What the installation brings along.
  ///
  /// @throws KumiaiException.Invalid `given-resources-invalid`
  List<GenericKubernetesResource> all() {
    return config.resources().map(GivenResources::read).orElse(List.of());
  }

  static List<GenericKubernetesResource> read(Path file) {
    List<GenericKubernetesResource> all;
    try {
      all =
          Arrays.stream(Files.readString(file).split("(?m)^---\\s*$"))
              .filter(document -> !document.isBlank())
              .map(document -> Serialization.unmarshal(document, GenericKubernetesResource.class))
              .toList();
    } catch (IOException | IllegalArgumentException | KubernetesClientException e) {
      throw new KumiaiException.Invalid(
          CODE,
          file + " of kumiai.kubernetes.resources cannot be read: give a file of YAML documents",
          e);
    }
    all.forEach(resource -> require(resource, file));
    return all;
  }

  private static void require(GenericKubernetesResource resource, Path file) {
    boolean ours =
        API_VERSION.equals(resource.getApiVersion()) && KINDS.contains(resource.getKind());
    if (!ours || resource.getMetadata() == null || resource.getMetadata().getName() == null) {
      throw new KumiaiException.Invalid(
          CODE,
          "%s of kumiai.kubernetes.resources has something else than named FederationRuntimes and Sites of %s: take it out"
              .formatted(file, API_VERSION));
    }
  }

  /// Applies them. One that the server finds invalid stays as it was, and the log says why.
  ///
  /// @throws KubernetesClientException where the server is away or does not know the kinds yet
  void apply(KubernetesClient client) {
    for (GenericKubernetesResource resource : all()) {
      String namespace =
          Optional.ofNullable(resource.getMetadata().getNamespace())
              .or(config::namespace)
              .orElseThrow();
      try {
        client
            .resource(resource)
            .inNamespace(namespace)
            .fieldManager(MANAGER)
            .forceConflicts()
            .serverSideApply();
      } catch (KubernetesClientException e) {
        if (!FINAL.contains(e.getCode())) {
          throw e;
        }
        LOG.errorf(
            "a resource of the installation is invalid and stays as it was kind=%s name=%s: %s",
            resource.getKind(), resource.getMetadata().getName(), e.getMessage());
      }
    }
  }
}
