package dev.kumiai.kubernetes.job;

import dev.kumiai.kubernetes.KubernetesConfig;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;

/// Watches what was made in the namespaces of sites, for whoever it was made for.
@Singleton
public class JobWatch {

  private final KubernetesConfig config;

  JobWatch(KubernetesConfig config) {
    this.config = config;
  }

  /// Whether pods of sites may run there.
  public boolean reaches(String namespace) {
    Set<String> namespaces = namespaces();
    return namespaces.contains(KubernetesConfig.ALL) || namespaces.contains(namespace);
  }

  private Set<String> namespaces() {
    return config.siteNamespaces().orElseGet(() -> Set.of(config.namespace().orElseThrow()));
  }

  /// How one kind of it is watched.
  ///
  /// @param owner kind of those for whom it is made
  /// @param made what it was made for: [Labels#FOR_RUN] or [Labels#FOR_SITE]
  public <R extends HasMetadata> InformerEventSourceConfiguration<R> of(
      Class<R> type, Class<? extends HasMetadata> owner, String made) {
    InformerEventSourceConfiguration.Builder<R> watch =
        InformerEventSourceConfiguration.from(type, owner)
            .withName(owner.getSimpleName() + "-" + type.getSimpleName())
            .withLabelSelector("%s,%s=%s".formatted(Labels.OURS, Labels.FOR, made))
            .withSecondaryToPrimaryMapper(JobWatch::owners);
    return (namespaces().contains(KubernetesConfig.ALL)
            ? watch.withWatchAllNamespaces()
            : watch.withNamespaces(namespaces()))
        .build();
  }

  private static Set<ResourceID> owners(HasMetadata found) {
    Map<String, String> annotations = found.getMetadata().getAnnotations();
    String owner = annotations == null ? null : annotations.get(Labels.OWNER);
    if (owner == null || owner.indexOf('/') < 0) {
      return Set.of();
    }
    int slash = owner.indexOf('/');
    return Set.of(new ResourceID(owner.substring(slash + 1), owner.substring(0, slash)));
  }
}
