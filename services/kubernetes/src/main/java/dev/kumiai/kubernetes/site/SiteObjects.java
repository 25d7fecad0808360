package dev.kumiai.kubernetes.site;

import dev.kumiai.kubernetes.KubernetesConfig;
import dev.kumiai.kubernetes.Names;
import dev.kumiai.kubernetes.job.Labels;
import dev.kumiai.kubernetes.job.Place;
import dev.kumiai.kubernetes.job.WorkerPod;
import dev.kumiai.kubernetes.job.WorkerService;
import dev.kumiai.kubernetes.resource.FederationRuntimeSpec;
import dev.kumiai.kubernetes.resource.Site;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// What a site needs in its namespace.
@Singleton
class SiteObjects {

  private static final int DNS = 53;

  /// Where OpenShift's DNS pods listen.
  private static final int DNS_OF_OPENSHIFT = 5353;

  private static final long ANNOUNCE_SECONDS = 1_800;
  private static final int ANNOUNCE_TTL_SECONDS = 600;

  /// A label that every namespace has since Kubernetes 1.21.
  private static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

  private final KubernetesConfig config;
  private final int port;
  private final int tlsPort;

  SiteObjects(
      KubernetesConfig config,
      @ConfigProperty(name = "quarkus.http.port", defaultValue = "8080") int port,
      @ConfigProperty(name = "quarkus.http.ssl-port", defaultValue = "8443") int tlsPort) {
    this.config = config;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  private URI aggregator() {
    return config.aggregatorUrl().orElseThrow();
  }

  /// Lets the site's pods reach the aggregator and name servers, and nobody reach them.
  NetworkPolicy networkPolicy(Site owner, Place place) {
    return new NetworkPolicyBuilder()
        .withMetadata(meta(owner, place, policyName(place.site().value()), Map.of()))
        .withNewSpec()
        .withPodSelector(
            new LabelSelectorBuilder()
                .addToMatchLabels(Labels.MANAGED_BY, Labels.KUMIAI)
                .addToMatchLabels(Labels.SITE, place.site().value())
                .build())
        .withPolicyTypes("Ingress", "Egress")
        .withEgress(toAggregator(), toNameServers())
        .endSpec()
        .build();
  }

  static String policyName(String site) {
    return Names.label("kumiai", site);
  }

  private NetworkPolicyEgressRule toAggregator() {
    boolean tls = "https".equals(aggregator().getScheme());
    return new NetworkPolicyEgressRuleBuilder()
        .addNewTo()
        .withNewNamespaceSelector()
        .addToMatchLabels(NAMESPACE_NAME, config.namespace().orElseThrow())
        .endNamespaceSelector()
        .withNewPodSelector()
        .addToMatchLabels(Labels.NAME, Labels.KUMIAI)
        .addToMatchLabels(Labels.COMPONENT, "aggregation")
        .endPodSelector()
        .endTo()
        .withPorts(port("TCP", tls ? tlsPort : port))
        .build();
  }

  private static NetworkPolicyEgressRule toNameServers() {
    return new NetworkPolicyEgressRuleBuilder()
        .addNewTo()
        .withNewNamespaceSelector()
        .endNamespaceSelector()
        .endTo()
        .withPorts(
            port("UDP", DNS),
            port("TCP", DNS),
            port("UDP", DNS_OF_OPENSHIFT),
            port("TCP", DNS_OF_OPENSHIFT))
        .build();
  }

  private static NetworkPolicyPort port(String protocol, int number) {
    return new NetworkPolicyPort(null, new IntOrString(number), protocol);
  }

  /// Enrols the site and tells what it holds, once.
  Job announcement(Site owner, Place place, FederationRuntimeSpec runtime) {
    Map<String, String> labels = labels(place, WorkerService.LOCAL_TRAINING);
    String name =
        Names.label(place.site().value(), "announce-" + owner.getMetadata().getGeneration());
    return new JobBuilder()
        .withMetadata(meta(owner, place, name, labels))
        .withNewSpec()
        .withBackoffLimit(0)
        .withActiveDeadlineSeconds(ANNOUNCE_SECONDS)
        .withTtlSecondsAfterFinished(ANNOUNCE_TTL_SECONDS)
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels)
        .addToAnnotations(Labels.OWNER, Labels.owner(owner))
        .endMetadata()
        .withSpec(
            new WorkerPod(
                    place, runtime, WorkerService.LOCAL_TRAINING, aggregator(), name, "announce")
                .spec())
        .endTemplate()
        .endSpec()
        .build();
  }

  /// Workers that are there all the time.
  Deployment warm(
      Site owner, Place place, FederationRuntimeSpec runtime, WorkerService service, int workers) {
    Map<String, String> labels = labels(place, service);
    String name = warmName(place, service);
    Map<String, String> podLabels =
        new HashMap<>(Objects.requireNonNullElse(runtime.labels(), Map.of()));
    podLabels.putAll(labels);
    return new DeploymentBuilder()
        .withMetadata(meta(owner, place, name, labels))
        .withNewSpec()
        .withReplicas(workers)
        .withNewStrategy()
        // Two would want the same graphics processor.
        .withType("Recreate")
        .endStrategy()
        .withNewSelector()
        .withMatchLabels(labels)
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(podLabels)
        .withAnnotations(runtime.annotations())
        .addToAnnotations(Labels.OWNER, Labels.owner(owner))
        .endMetadata()
        .withSpec(new WorkerPod(place, runtime, service, aggregator(), name, null).spec())
        .endTemplate()
        .endSpec()
        .build();
  }

  static String warmName(Place place, WorkerService service) {
    return Names.label(place.site().value(), service.component());
  }

  private static Map<String, String> labels(Place place, WorkerService service) {
    Map<String, String> labels = Labels.of(place.site(), service);
    labels.put(Labels.FOR, Labels.FOR_SITE);
    return labels;
  }

  private static ObjectMeta meta(Site owner, Place place, String name, Map<String, String> labels) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(place.namespace())
        .addToLabels(Labels.MANAGED_BY, Labels.KUMIAI)
        .addToLabels(Labels.FOR, Labels.FOR_SITE)
        .addToLabels(Labels.SITE, place.site().value())
        .addToLabels(labels)
        .addToAnnotations(Labels.OWNER, Labels.owner(owner))
        .build();
  }
}
