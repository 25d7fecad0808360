package dev.kumiai.kubernetes.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.kubernetes.Given;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.net.URI;
import org.junit.jupiter.api.Test;

class TaskJobTest {

  private static Job job(TaskKind kind, String runName, boolean failurePolicy) {
    return new TaskJob(
            Given.run(Given.RUN.replace("name: castings,", "name: " + runName + ",")),
            new RunId("95c3d719-b8be-4dcb-8289-5e9931affb3d"),
            Given.task(kind),
            Place.of(Given.site(Given.SITE)).orElseThrow(),
            Given.runtime(Given.RUNTIME),
            URI.create("http://kumiai.federation.svc:8080"),
            300,
            failurePolicy)
        .job();
  }

  private static Job job() {
    return job(TaskKind.TRAIN, "castings", false);
  }

  private static PodSpec pod() {
    return job().getSpec().getTemplate().getSpec();
  }

  private static Container worker() {
    return pod().getContainers().getFirst();
  }

  @Test
  void itsNameSaysWhatItIs() {
    assertThat(job().getMetadata().getName()).isEqualTo("castings-r2-train-plant-a-0d5c3a9e-1");
  }

  @Test
  void aLongNameIsCutAndStaysTheAttempts() {
    String name = job(TaskKind.TRAIN, "c".repeat(80), false).getMetadata().getName();

    assertThat(name).hasSizeLessThanOrEqualTo(63).endsWith("-0d5c3a9e-1").startsWith("ccc");
  }

  @Test
  void itIsOneAttempt() {
    assertThat(job().getSpec().getBackoffLimit()).isZero();
    assertThat(pod().getRestartPolicy()).isEqualTo("Never");
    assertThat(job().getSpec().getActiveDeadlineSeconds()).isEqualTo(900);
    assertThat(job().getSpec().getTtlSecondsAfterFinished()).isEqualTo(600);
  }

  @Test
  void itsLabelsTellWhatItIsFor() {
    assertThat(job().getMetadata().getLabels())
        .containsEntry("kumiai.dev/site", "plant-a")
        .containsEntry("kumiai.dev/run", "95c3d719-b8be-4dcb-8289-5e9931affb3d")
        .containsEntry("kumiai.dev/round", "2")
        .containsEntry("kumiai.dev/attempt", "1")
        .containsEntry("kumiai.dev/kind", "TRAIN")
        .containsEntry("kueue.x-k8s.io/queue-name", "gpus")
        .containsEntry("app.kubernetes.io/component", "local-training");
    assertThat(job().getSpec().getTemplate().getMetadata().getAnnotations())
        .containsEntry("kumiai.dev/owner", "federation/castings");
  }

  @Test
  void itsPodPassesTheRestrictedStandard() {
    SecurityContext container = worker().getSecurityContext();

    assertThat(pod().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod().getSecurityContext().getRunAsUser()).isNull();
    assertThat(pod().getSecurityContext().getSeccompProfile().getType())
        .isEqualTo("RuntimeDefault");
    assertThat(container.getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(pod().getAutomountServiceAccountToken()).isFalse();
    assertThat(pod().getEnableServiceLinks()).isFalse();
  }

  @Test
  void itLandsOnANodeWithGraphicsProcessors() {
    assertThat(worker().getResources().getLimits())
        .containsEntry("nvidia.com/gpu", new Quantity("2"))
        .containsEntry("memory", new Quantity("4Gi"));
    assertThat(pod().getNodeSelector()).containsEntry("gpu", "a100");
    assertThat(pod().getPriorityClassName()).isEqualTo("batch");
  }

  @Test
  void itSeesTheSitesFolderAndItsPrivateDataReadOnly() {
    assertThat(worker().getVolumeMounts())
        .extracting(VolumeMount::getMountPath, VolumeMount::getReadOnly, VolumeMount::getSubPath)
        .containsExactly(
            tuple("/tmp", null, null),
            tuple("/data/plant-a", null, null),
            tuple("/data/plant-a/private", true, "castings"),
            tuple("/models", true, null),
            tuple("/data/plant-a/policy.yaml", true, "policy.yaml"));
  }

  @Test
  void itsTokenComesFromTheSecretOfItsName() {
    EnvVar token =
        worker().getEnv().stream()
            .filter(env -> env.getName().equals("KUMIAI_ENROLMENT_TOKEN"))
            .findFirst()
            .orElseThrow();

    assertThat(token.getValue()).isNull();
    assertThat(token.getValueFrom().getSecretKeyRef().getName())
        .isEqualTo(job().getMetadata().getName());
  }

  @Test
  void itBelievesTheAuthoritiesOfTheRuntime() {
    PodSpec pod =
        new WorkerPod(
                Place.of(Given.site(Given.SITE)).orElseThrow(),
                Given.runtime(Given.RUNTIME + "trustStore: {secretName: authorities}\n"),
                WorkerService.LOCAL_TRAINING,
                URI.create("https://kumiai.federation.svc:8443"),
                "token",
                "task")
            .spec();

    assertThat(pod.getContainers().getFirst().getVolumeMounts())
        .anySatisfy(
            mount -> {
              assertThat(mount.getMountPath()).isEqualTo("/etc/kumiai/trust");
              assertThat(mount.getReadOnly()).isTrue();
            });
    assertThat(pod.getContainers().getFirst().getEnv())
        .extracting(EnvVar::getName)
        .contains("KUMIAI_TRUST_STORE_PASSWORD", "KUMIAI_TRUST_STORE");
    assertThat(pod.getVolumes())
        .anySatisfy(
            volume ->
                assertThat(volume.getSecret())
                    .isNotNull()
                    .satisfies(
                        secret -> assertThat(secret.getSecretName()).isEqualTo("authorities")));
  }

  @Test
  void itDoesOneTask() {
    assertThat(worker().getEnv())
        .extracting(EnvVar::getName, EnvVar::getValue)
        .contains(
            tuple("KUMIAI_WORKER_ONCE", "task"),
            tuple("KUMIAI_WORKER_SITES", "plant-a"),
            tuple("HTTPS_PROXY", "http://proxy:3128"),
            tuple("KUMIAI_AGGREGATOR_URL", "http://kumiai.federation.svc:8080"));
  }

  @Test
  void aServerThatKnowsFailurePoliciesTellsDisruptionsByTheJob() {
    assertThat(job(TaskKind.TRAIN, "castings", true).getSpec().getPodFailurePolicy().getRules())
        .singleElement()
        .satisfies(rule -> assertThat(rule.getAction()).isEqualTo("FailJob"));
    assertThat(job().getSpec().getPodFailurePolicy()).isNull();
  }

  @Test
  void aRuntimeWithoutTheServiceSaysWhatToAdd() {
    assertThatThrownBy(() -> job(TaskKind.GENERATE, "castings", false))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("spec.generation.image");
  }
}
