package dev.kumiai.kubernetes.job;

import dev.kumiai.core.RunId;
import dev.kumiai.kubernetes.Names;
import dev.kumiai.kubernetes.OpenTask;
import dev.kumiai.kubernetes.resource.FederatedRun;
import dev.kumiai.kubernetes.resource.FederationRuntimeSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicy;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyBuilder;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The Job of one attempt at a task.
///
/// @param owner the run's resource
/// @param deadlineSeconds how long a round of the run may take
/// @param failurePolicy whether the server knows pod failure policies
record TaskJob(
    FederatedRun owner,
    RunId run,
    OpenTask task,
    Place place,
    FederationRuntimeSpec runtime,
    URI aggregator,
    int deadlineSeconds,
    boolean failurePolicy) {

  /// Beyond the round's own deadline, for the image and the start.
  private static final int PATIENCE_SECONDS = 600;

  private static final int DEFAULT_TTL_SECONDS = 600;
  private static final int TASK_DIGITS = 8;
  private static final String QUEUE = "kueue.x-k8s.io/queue-name";

  /// Says what it is to a person, and is the same whenever it is made.
  String name() {
    String attempt =
        "%s-%d".formatted(task.task().value().substring(0, TASK_DIGITS), task.attempt());
    return Names.label(
        "%s-r%d-%s-%s"
            .formatted(
                owner.getMetadata().getName(), task.round(), task.kind().name(), task.site()),
        attempt);
  }

  Job job() {
    WorkerService service = WorkerService.of(task.kind());
    Map<String, String> labels = labels(service);
    return new JobBuilder()
        .withNewMetadata()
        .withName(name())
        .withNamespace(place.namespace())
        .withLabels(queued(labels))
        .addToAnnotations(Labels.OWNER, Labels.owner(owner))
        .endMetadata()
        .withNewSpec()
        .withBackoffLimit(0)
        .withCompletions(1)
        .withParallelism(1)
        .withActiveDeadlineSeconds(deadline())
        .withTtlSecondsAfterFinished(
            Objects.requireNonNullElse(runtime.ttlSecondsAfterFinished(), DEFAULT_TTL_SECONDS))
        .withPodFailurePolicy(failurePolicy ? policy() : null)
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(podLabels(labels))
        .withAnnotations(runtime.annotations())
        .addToAnnotations(Labels.OWNER, Labels.owner(owner))
        .endMetadata()
        .withSpec(new WorkerPod(place, runtime, service, aggregator, name(), "task").spec())
        .endTemplate()
        .endSpec()
        .build();
  }

  /// So that the Job itself tells that its pod was evicted or preempted, when the pod is gone.
  private static PodFailurePolicy policy() {
    return new PodFailurePolicyBuilder()
        .addNewRule()
        .withAction("FailJob")
        .addNewOnPodCondition("True", PodTrouble.DISRUPTED)
        .endRule()
        .build();
  }

  private long deadline() {
    Integer given = runtime.activeDeadlineSeconds();
    return given != null ? given : (long) deadlineSeconds + PATIENCE_SECONDS;
  }

  private Map<String, String> labels(WorkerService service) {
    Map<String, String> labels = Labels.of(task.site(), service);
    labels.put(Labels.FOR, Labels.FOR_RUN);
    labels.put(Labels.RUN, run.value());
    labels.put(Labels.ROUND, String.valueOf(task.round()));
    labels.put(Labels.TASK, task.task().value());
    labels.put(Labels.KIND, task.kind().name());
    labels.put(Labels.ATTEMPT, String.valueOf(task.attempt()));
    return labels;
  }

  private Map<String, String> queued(Map<String, String> labels) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    if (runtime.queueName() != null) {
      all.put(QUEUE, runtime.queueName());
    }
    return all;
  }

  private Map<String, String> podLabels(Map<String, String> labels) {
    Map<String, String> all = new HashMap<>(orEmpty(runtime.labels()));
    all.putAll(labels);
    return all;
  }

  private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
