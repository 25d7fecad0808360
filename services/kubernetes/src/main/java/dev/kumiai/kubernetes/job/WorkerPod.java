package dev.kumiai.kubernetes.job;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.kubernetes.resource.FederationRuntimeSpec;
import dev.kumiai.kubernetes.resource.SiteSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The pod of a worker: what one of a Job and one that is kept warm have in common. It passes the
/// pod security standard "restricted", and has no token for the API server.
///
/// @param tokenSecret Secret with the enrolment token under [#TOKEN_KEY]
/// @param once what the worker does before it exits: `task` or `announce`; null works on and on
public record WorkerPod(
    Place place,
    FederationRuntimeSpec runtime,
    WorkerService service,
    URI aggregator,
    String tokenSecret,
    @Nullable String once) {

  /// Name of the container.
  public static final String CONTAINER = "worker";

  /// Under which a Secret has the token.
  public static final String TOKEN_KEY = "token";

  private static final String DATA = "/data";
  private static final String MODELS = "/models";
  private static final String TEMPORARY = "/tmp";
  private static final String TRUST = "/etc/kumiai/trust";
  private static final String DEFAULT_GPU = "nvidia.com/gpu";
  private static final long GRACE_SECONDS = 30;

  /// The spec of the pod.
  public PodSpec spec() {
    SiteSpec site = place.spec();
    return new PodSpecBuilder()
        .withContainers(container())
        .withVolumes(volumes())
        .withRestartPolicy(once == null ? "Always" : "Never")
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withServiceAccountName(runtime.serviceAccountName())
        .withSecurityContext(security())
        .withImagePullSecrets(
            Objects.requireNonNullElse(runtime.imagePullSecrets(), List.<String>of()).stream()
                .map(LocalObjectReference::new)
                .toList())
        .withNodeSelector(site.nodeSelector())
        .withTolerations(site.tolerations())
        .withAffinity(site.affinity())
        .withRuntimeClassName(site.runtimeClassName())
        .withPriorityClassName(runtime.priorityClassName())
        .withTerminationGracePeriodSeconds(GRACE_SECONDS)
        .build();
  }

  private PodSecurityContext security() {
    PodSecurityContext given = runtime.podSecurityContext();
    return (given == null ? new PodSecurityContextBuilder() : new PodSecurityContextBuilder(given))
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  private Container container() {
    FederationRuntimeSpec.Service how = required();
    ContainerBuilder container =
        new ContainerBuilder()
            .withName(CONTAINER)
            .withImage(how.image())
            .withImagePullPolicy(runtime.imagePullPolicy())
            .withEnv(environment(how))
            .withResources(resources(how.resources()))
            .withVolumeMounts(mounts())
            .withSecurityContext(
                new SecurityContextBuilder()
                    .withAllowPrivilegeEscalation(false)
                    .withReadOnlyRootFilesystem(true)
                    .withRunAsNonRoot(true)
                    .withNewCapabilities()
                    .withDrop("ALL")
                    .endCapabilities()
                    .build());
    return once == null ? probed(container) : container.build();
  }

  private Container probed(ContainerBuilder container) {
    return container
        .addNewPort()
        .withName("http")
        .withContainerPort(service.port())
        .endPort()
        .withNewStartupProbe()
        .withNewHttpGet()
        .withPath("/q/health/started")
        .withNewPort("http")
        .endHttpGet()
        .withPeriodSeconds(2)
        .withFailureThreshold(60)
        .endStartupProbe()
        .withNewReadinessProbe()
        .withNewHttpGet()
        .withPath("/q/health/ready")
        .withNewPort("http")
        .endHttpGet()
        .endReadinessProbe()
        .withNewLivenessProbe()
        .withNewHttpGet()
        .withPath("/q/health/live")
        .withNewPort("http")
        .endHttpGet()
        .endLivenessProbe()
        .build();
  }

  private FederationRuntimeSpec.Service required() {
    FederationRuntimeSpec.Service how = service.in(runtime);
    if (how == null) {
      throw new KumiaiException.Invalid(
          "runtime-service-missing",
          "the FederationRuntime names no image of %s: add spec.%s.image"
              .formatted(
                  service.component(),
                  service == WorkerService.GENERATION ? "generation" : "localTraining"));
    }
    return how;
  }

  private List<EnvVar> environment(FederationRuntimeSpec.Service how) {
    List<EnvVar> env = new ArrayList<>();
    BiConsumer<String, String> set = (name, value) -> env.add(new EnvVar(name, value, null));
    set.accept("KUMIAI_AGGREGATOR_URL", aggregator.toString());
    set.accept("KUMIAI_WORKER_SITES", place.site().value());
    set.accept("KUMIAI_WORKER_DATA_ROOT", DATA);
    set.accept("KUMIAI_WORKER_WORK_DIR", TEMPORARY + "/kumiai");
    if (once != null) {
      set.accept("KUMIAI_WORKER_ONCE", once);
    } else {
      set.accept("QUARKUS_HTTP_HOST", "0.0.0.0");
      set.accept("QUARKUS_HTTP_PORT", String.valueOf(service.port()));
    }
    if (place.volumes().models() != null) {
      set.accept("KUMIAI_WORKER_MODELS", MODELS);
      set.accept("KUMIAI_GENERATION_GENERATORS", MODELS);
    }
    env.add(
        new EnvVarBuilder()
            .withName("KUMIAI_ENROLMENT_TOKEN")
            .withNewValueFrom()
            .withNewSecretKeyRef(TOKEN_KEY, tokenSecret, false)
            .endValueFrom()
            .build());
    FederationRuntimeSpec.TrustStore trust = runtime.trustStore();
    if (trust != null) {
      env.add(
          new EnvVarBuilder()
              .withName("KUMIAI_TRUST_STORE_PASSWORD")
              .withNewValueFrom()
              .withNewSecretKeyRef(
                  Objects.requireNonNullElse(trust.passwordKey(), "password"),
                  trust.secretName(),
                  false)
              .endValueFrom()
              .build());
      set.accept("KUMIAI_TRUST_STORE", "%s/%s".formatted(TRUST, trustKey(trust)));
    }
    env.addAll(Objects.requireNonNullElse(runtime.env(), List.of()));
    env.addAll(Objects.requireNonNullElse(how.env(), List.of()));
    return env;
  }

  private static String trustKey(FederationRuntimeSpec.TrustStore trust) {
    return Objects.requireNonNullElse(trust.key(), "truststore.p12");
  }

  private ResourceRequirements resources(@Nullable ResourceRequirements given) {
    ResourceRequirementsBuilder resources =
        given == null ? new ResourceRequirementsBuilder() : new ResourceRequirementsBuilder(given);
    SiteSpec.Gpu gpu = place.spec().gpu();
    if (gpu != null) {
      String name = Objects.requireNonNullElse(gpu.resourceName(), DEFAULT_GPU);
      int count = Objects.requireNonNullElse(gpu.count(), 1);
      resources.addToLimits(Map.of(name, new Quantity(String.valueOf(count))));
    }
    return resources.build();
  }

  private List<Volume> volumes() {
    List<Volume> volumes = new ArrayList<>();
    volumes.add(
        new VolumeBuilder()
            .withName("tmp")
            .withNewEmptyDir()
            .withSizeLimit(runtime.tmpSize() == null ? null : new Quantity(runtime.tmpSize()))
            .endEmptyDir()
            .build());
    volumes.add(claim("site", place.volumes().site(), false));
    if (place.volumes().privateData() != null) {
      volumes.add(claim("private", place.volumes().privateData(), true));
    }
    if (place.volumes().models() != null) {
      volumes.add(claim("models", place.volumes().models(), true));
    }
    FederationRuntimeSpec.TrustStore trust = runtime.trustStore();
    if (trust != null) {
      volumes.add(
          new VolumeBuilder()
              .withName("trust")
              .withNewSecret()
              .withSecretName(trust.secretName())
              .addNewItem(trustKey(trust), null, trustKey(trust))
              .endSecret()
              .build());
    }
    if (place.spec().policyConfigMap() != null) {
      volumes.add(
          new VolumeBuilder()
              .withName("policy")
              .withNewConfigMap()
              .withName(place.spec().policyConfigMap())
              .endConfigMap()
              .build());
    }
    return volumes;
  }

  private static Volume claim(String name, SiteSpec.Claim claim, boolean readOnly) {
    return new VolumeBuilder()
        .withName(name)
        .withNewPersistentVolumeClaim(claim.claimName(), readOnly)
        .build();
  }

  private List<VolumeMount> mounts() {
    String folder = DATA + "/" + place.site();
    List<VolumeMount> mounts = new ArrayList<>();
    mounts.add(mount("tmp", TEMPORARY, null, false));
    mounts.add(mount("site", folder, place.volumes().site().subPath(), false));
    SiteSpec.Claim privateData = place.volumes().privateData();
    if (privateData != null) {
      mounts.add(mount("private", folder + "/private", privateData.subPath(), true));
    }
    SiteSpec.Claim models = place.volumes().models();
    if (models != null) {
      mounts.add(mount("models", MODELS, models.subPath(), true));
    }
    if (runtime.trustStore() != null) {
      mounts.add(mount("trust", TRUST, null, true));
    }
    if (place.spec().policyConfigMap() != null) {
      mounts.add(mount("policy", folder + "/policy.yaml", "policy.yaml", true));
    }
    return mounts;
  }

  private static VolumeMount mount(
      String name, String path, @Nullable String subPath, boolean readOnly) {
    return new VolumeMountBuilder()
        .withName(name)
        .withMountPath(path)
        .withSubPath(subPath)
        .withReadOnly(readOnly ? true : null)
        .build();
  }
}
