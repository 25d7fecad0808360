package dev.kumiai.kubernetes.run;

import dev.kumiai.kubernetes.Aggregator;
import dev.kumiai.kubernetes.Creation;
import dev.kumiai.kubernetes.KubernetesConfig;
import dev.kumiai.kubernetes.Names;
import dev.kumiai.kubernetes.ResourceKey;
import dev.kumiai.kubernetes.RunSignals;
import dev.kumiai.kubernetes.job.Labels;
import dev.kumiai.kubernetes.operator.Leadership;
import dev.kumiai.kubernetes.resource.FederatedRun;
import dev.kumiai.protocol.run.RunView;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/// Makes a FederatedRun for each run that was created by REST, once: one that somebody deletes
/// later does not come back.
@Singleton
public class MirrorRuns {

  private static final Logger LOG = Logger.getLogger(MirrorRuns.class);
  private static final int ID_DIGITS = 8;

  private final Aggregator aggregator;

  /// Not made where there is no cluster.
  private final Instance<KubernetesClient> clients;

  private final KubernetesConfig config;
  private final Leadership leadership;
  private volatile boolean news = true;

  MirrorRuns(
      Aggregator aggregator,
      Instance<KubernetesClient> clients,
      KubernetesConfig config,
      Leadership leadership,
      RunSignals signals) {
    this.aggregator = aggregator;
    this.clients = clients;
    this.config = config;
    this.leadership = leadership;
    signals.listen("mirror", _ -> news = true);
  }

  /// What another replica created is seen at the slower pace.
  @Scheduled(every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void look() {
    news = true;
  }

  @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  void tick() {
    if (config.enabled() && leadership.isLeading() && news) {
      news = false;
      try {
        aggregator.unmirrored().forEach(this::mirror);
      } catch (KubernetesClientException e) {
        news = true;
        LOG.debugf("runs are mirrored later: %s", e.getMessage());
      }
    }
  }

  private void mirror(RunView run) {
    FederatedRun mirror = new FederatedRun();
    mirror.setMetadata(
        new ObjectMetaBuilder()
            .withName(Names.label(run.spec().name(), run.run().value().substring(0, ID_DIGITS)))
            .withNamespace(config.namespace().orElseThrow())
            .addToLabels(Labels.MANAGED_BY, Labels.KUMIAI)
            .addToAnnotations(Labels.RUN, run.run().value())
            .build());
    mirror.setSpec(RestSpec.resource(run.spec()));
    FederatedRun made = Creation.ensured(mirror, clients.get());
    aggregator.attach(run.run(), ResourceKey.of(made));
    LOG.infof("run mirrored run=%s resource=%s", run.run(), ResourceKey.of(made));
  }
}
