package dev.kumiai.kubernetes.job;

import dev.kumiai.kubernetes.KubernetesConfig;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Tells from a Job and its pod what is wrong, in words that help.
@Singleton
public class PodTrouble {

  /// A pod's condition from Kubernetes 1.26 on: it was evicted, preempted or its node went.
  static final String DISRUPTED = "DisruptionTarget";

  /// How a pod says that its Secret is not there.
  public static final String NO_SECRET = "CreateContainerConfigError";

  private static final String OUT_OF_MEMORY = "OOMKilled";
  private static final int LONGEST = 500;

  /// Another attempt cannot help against these.
  private static final Set<String> NO_SUCH_IMAGE = Set.of("ErrImageNeverPull", "InvalidImageName");

  private static final Set<String> IMAGE =
      Set.of("ErrImagePull", "ImagePullBackOff", "RegistryUnavailable");

  private final Duration imagePatience;

  PodTrouble(KubernetesConfig config) {
    this.imagePatience = config.imagePatience();
  }

  /// Whether a Job's worker ended well.
  public static boolean isComplete(Job job) {
    return condition(job, "Complete").isPresent();
  }

  /// When a Job failed; when it was made, where it has not.
  public static Instant since(Job job) {
    return Instant.parse(
        condition(job, "Failed")
            .map(JobCondition::getLastTransitionTime)
            .orElseGet(() -> job.getMetadata().getCreationTimestamp()));
  }

  /// What is wrong with a Job that is to do something still.
  ///
  /// @param pod null when there is none, not yet or not any more
  public Trouble of(Job job, @Nullable Pod pod, Instant now) {
    Optional<JobCondition> failed = condition(job, "Failed");
    if (pod != null) {
      Trouble trouble = of(pod, now);
      if (!(trouble instanceof Trouble.None)) {
        return trouble;
      }
    }
    if (failed.isPresent()) {
      return ended(failed.get(), pod);
    }
    if (isComplete(job)) {
      return new Trouble.Dead("WorkerLeft", "the worker ended without an answer", true);
    }
    return new Trouble.None();
  }

  private static Trouble ended(JobCondition failed, @Nullable Pod pod) {
    String why = text(failed.getMessage());
    return switch (text(failed.getReason())) {
      case "DeadlineExceeded" ->
          new Trouble.Dead("DeadlineExceeded", "the Job ran longer than it may", true);
      case "PodFailurePolicy" -> new Trouble.Dead("Disrupted", shortened(why), true);
      default ->
          pod == null
              ? new Trouble.Dead("PodDeleted", "its pod was deleted", true)
              : new Trouble.Dead("JobFailed", shortened(why), true);
    };
  }

  private Trouble of(Pod pod, Instant now) {
    PodStatus status = Objects.requireNonNullElseGet(pod.getStatus(), PodStatus::new);
    Optional<PodCondition> disrupted = condition(status, DISRUPTED);
    boolean failed = "Failed".equals(status.getPhase());
    if (failed && disrupted.isPresent()) {
      return new Trouble.Dead(
          reasonOf(disrupted.get().getReason(), "Disrupted"),
          shortened(text(disrupted.get().getMessage())),
          true);
    }
    if (failed && !text(status.getReason()).isEmpty()) {
      // Evicted, Preempting, NodeLost, Shutdown, OutOfcpu and so on.
      return new Trouble.Dead(status.getReason(), shortened(text(status.getMessage())), true);
    }
    Optional<ContainerState> state = worker(status).map(ContainerStatus::getState);
    ContainerStateTerminated terminated = state.map(ContainerState::getTerminated).orElse(null);
    if (terminated != null && terminated.getExitCode() != null && terminated.getExitCode() != 0) {
      return exited(terminated);
    }
    ContainerStateWaiting waiting = state.map(ContainerState::getWaiting).orElse(null);
    if (waiting != null && waiting.getReason() != null) {
      return waits(pod, waiting, now);
    }
    return condition(status, "PodScheduled")
        .filter(scheduled -> "Unschedulable".equals(scheduled.getReason()))
        .<Trouble>map(
            scheduled ->
                new Trouble.Waits("Unschedulable", shortened(text(scheduled.getMessage()))))
        .orElseGet(Trouble.None::new);
  }

  private static Trouble exited(ContainerStateTerminated terminated) {
    if (OUT_OF_MEMORY.equals(terminated.getReason())) {
      return new Trouble.Dead(
          OUT_OF_MEMORY,
          "the worker needed more memory than its limit: raise resources.limits.memory in the FederationRuntime",
          false);
    }
    return new Trouble.Dead(
        "WorkerExited",
        "the worker ended with exit status %d; its log says why"
            .formatted(terminated.getExitCode()),
        true);
  }

  private Trouble waits(Pod pod, ContainerStateWaiting waiting, Instant now) {
    String reason = waiting.getReason();
    String message = shortened(text(waiting.getMessage()));
    if (NO_SUCH_IMAGE.contains(reason)) {
      return new Trouble.Dead(reason, message, false);
    }
    if (IMAGE.contains(reason)) {
      Instant created = Instant.parse(pod.getMetadata().getCreationTimestamp());
      return created.plus(imagePatience).isBefore(now)
          ? new Trouble.Dead(reason, message, false)
          : new Trouble.Waits(reason, message);
    }
    return reason.endsWith("Error") ? new Trouble.Waits(reason, message) : new Trouble.None();
  }

  private static Optional<ContainerStatus> worker(PodStatus status) {
    return Stream.ofNullable(status.getContainerStatuses())
        .flatMap(List::stream)
        .filter(container -> container.getName().equals(WorkerPod.CONTAINER))
        .findFirst();
  }

  private static Optional<PodCondition> condition(PodStatus status, String type) {
    return Stream.ofNullable(status.getConditions())
        .flatMap(List::stream)
        .filter(condition -> condition.getType().equals(type))
        .findFirst();
  }

  private static Optional<JobCondition> condition(Job job, String type) {
    return job.getStatus() == null
        ? Optional.empty()
        : Stream.ofNullable(job.getStatus().getConditions())
            .flatMap(List::stream)
            .filter(c -> c.getType().equals(type) && "True".equals(c.getStatus()))
            .findFirst();
  }

  private static String reasonOf(@Nullable String reason, String otherwise) {
    return reason == null || reason.isEmpty() ? otherwise : reason;
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text.strip();
  }

  private static String shortened(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= LONGEST
        ? line
        : String.format(Locale.ROOT, "%s ...", line.substring(0, LONGEST));
  }
}
