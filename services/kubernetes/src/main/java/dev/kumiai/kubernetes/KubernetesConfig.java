package dev.kumiai.kubernetes;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// The aggregator in a cluster.
@ConfigMapping(prefix = "kumiai.kubernetes")
public interface KubernetesConfig {

  /// Stands for all namespaces.
  String ALL = "*";

  /// Whether runs, rounds and sites are custom resources, too, and tasks can be Jobs.
  @WithDefault("false")
  boolean enabled();

  /// Where worker pods find the aggregator, such as `http://kumiai.federation.svc:8080`. Required
  /// where Kubernetes is enabled.
  Optional<URI> aggregatorUrl();

  /// The namespace of the aggregator: of its lease, and of resources for runs that were created by
  /// REST. Required where Kubernetes is enabled.
  Optional<String> namespace();

  /// Namespaces in which custom resources are looked at, separated by commas; `*` is all, which
  /// takes rights on the whole cluster. By default the aggregator's own.
  Optional<Set<String>> watchNamespaces();

  /// Namespaces in which pods of sites may run, separated by commas; `*` is all, which takes rights
  /// on the whole cluster. By default the aggregator's own.
  Optional<Set<String>> siteNamespaces();

  /// File with FederationRuntimes and Sites, as YAML documents, that are applied whenever the
  /// operator starts, such as those of a Helm release. None by default.
  Optional<Path> resources();

  /// Name of this replica in leader election; by default made up.
  Optional<String> identity();

  /// How long the leader may be silent before another replica takes over.
  @WithDefault("15s")
  Duration leaseDuration();

  /// How long an image may fail to be pulled before the attempt is given up.
  @WithDefault("60s")
  Duration imagePatience();
}
