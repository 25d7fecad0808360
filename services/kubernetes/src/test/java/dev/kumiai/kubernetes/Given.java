package dev.kumiai.kubernetes;

import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.kubernetes.resource.FederatedRun;
import dev.kumiai.kubernetes.resource.FederationRuntimeSpec;
import dev.kumiai.kubernetes.resource.Site;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;

/// Resources as people write them.
public final class Given {

  public static final String RUN =
      """
      apiVersion: kumiai.dev/v1alpha1
      kind: FederatedRun
      metadata: {name: castings, namespace: federation, uid: run-uid, generation: 1}
      spec:
        seed: 7
        data: {dataset: castings, classes: [pit, sound]}
        model: {architecture: MLP}
        sites: [plant-a, plant-b]
        rounds: 3
        executor: jobs
      """;

  public static final String SITE =
      """
      apiVersion: kumiai.dev/v1alpha1
      kind: Site
      metadata: {name: plant-a, namespace: federation, uid: site-uid, generation: 4}
      spec:
        namespace: plant-a
        volumes:
          site: {claimName: kumiai}
          privateData: {claimName: measurements, subPath: castings}
          models: {claimName: models}
        gpu: {count: 2}
        nodeSelector: {gpu: a100}
        policyConfigMap: policy
      """;

  public static final String RUNTIME =
      """
      localTraining:
        image: example.com/kumiai-local-training:1
        resources: {limits: {memory: 4Gi}, requests: {cpu: "1"}}
      imagePullPolicy: IfNotPresent
      env: [{name: HTTPS_PROXY, value: "http://proxy:3128"}]
      priorityClassName: batch
      queueName: gpus
      """;

  private Given() {}

  public static FederatedRun run(String yaml) {
    return Serialization.unmarshal(yaml, FederatedRun.class);
  }

  public static Site site(String yaml) {
    return Serialization.unmarshal(yaml, Site.class);
  }

  public static FederationRuntimeSpec runtime(String yaml) {
    return Serialization.unmarshal(yaml, FederationRuntimeSpec.class);
  }

  /// The first attempt at a task of `plant-a` in the second round.
  public static OpenTask task(TaskKind kind) {
    return new OpenTask(
        new TaskId("0d5c3a9e-0000-4000-8000-000000000001"),
        kind,
        new SiteId("plant-a"),
        2,
        1,
        false,
        Instant.EPOCH);
  }
}
