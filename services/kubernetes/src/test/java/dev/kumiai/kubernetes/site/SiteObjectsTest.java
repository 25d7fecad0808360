package dev.kumiai.kubernetes.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.kubernetes.Given;
import dev.kumiai.kubernetes.GivenConfig;
import dev.kumiai.kubernetes.job.Place;
import dev.kumiai.kubernetes.job.WorkerService;
import dev.kumiai.kubernetes.resource.Site;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import org.junit.jupiter.api.Test;

class SiteObjectsTest {

  private final SiteObjects objects = new SiteObjects(GivenConfig.DEFAULT, 8080, 8443);
  private final Site site = Given.site(Given.SITE);
  private final Place place = Place.of(site).orElseThrow();

  @Test
  void aWorkerReachesTheAggregatorAndNameServersOnly() {
    NetworkPolicy policy = objects.networkPolicy(site, place);

    assertThat(policy.getMetadata().getNamespace()).isEqualTo("plant-a");
    assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(policy.getSpec().getIngress()).isEmpty();
    assertThat(policy.getSpec().getPodSelector().getMatchLabels())
        .containsEntry("kumiai.dev/site", "plant-a");
    assertThat(policy.getSpec().getEgress()).hasSize(2);
    NetworkPolicyEgressRule aggregator = policy.getSpec().getEgress().getFirst();
    assertThat(aggregator.getTo())
        .singleElement()
        .satisfies(
            peer -> {
              assertThat(peer.getNamespaceSelector().getMatchLabels())
                  .containsEntry("kubernetes.io/metadata.name", "federation");
              assertThat(peer.getPodSelector().getMatchLabels())
                  .containsEntry("app.kubernetes.io/component", "aggregation");
            });
    assertThat(aggregator.getPorts())
        .extracting(port -> port.getPort().getIntVal())
        .containsExactly(8080);
    assertThat(policy.getSpec().getEgress().getLast().getPorts())
        .extracting(NetworkPolicyPort::getProtocol)
        .contains("UDP", "TCP");
    assertThat(policy.getSpec().getEgress().getLast().getTo())
        .allSatisfy(peer -> assertThat(peer.getIpBlock()).isNull());
  }

  @Test
  void aSiteIsAskedOnceForEachGenerationOfItsResource() {
    Job job = objects.announcement(site, place, Given.runtime(Given.RUNTIME));

    assertThat(job.getMetadata().getName()).isEqualTo("plant-a-announce-4");
    assertThat(job.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv())
        .anySatisfy(
            env -> {
              assertThat(env.getName()).isEqualTo("KUMIAI_WORKER_ONCE");
              assertThat(env.getValue()).isEqualTo("announce");
            });
  }

  @Test
  void warmWorkersStayAndAnswerProbes() {
    Deployment warm =
        objects.warm(site, place, Given.runtime(Given.RUNTIME), WorkerService.LOCAL_TRAINING, 2);

    assertThat(warm.getSpec().getReplicas()).isEqualTo(2);
    assertThat(warm.getSpec().getTemplate().getSpec().getRestartPolicy()).isEqualTo("Always");
    assertThat(warm.getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(warm.getSpec().getSelector().getMatchLabels());
    assertThat(
            warm.getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getReadinessProbe()
                .getHttpGet()
                .getPath())
        .isEqualTo("/q/health/ready");
  }
}
