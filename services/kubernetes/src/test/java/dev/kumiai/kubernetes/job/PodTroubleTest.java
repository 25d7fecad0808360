package dev.kumiai.kubernetes.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.kubernetes.GivenConfig;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodTroubleTest {

  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

  private final PodTrouble troubles = new PodTrouble(GivenConfig.DEFAULT);

  private static Job running() {
    return new JobBuilder().withNewMetadata().withName("job").endMetadata().build();
  }

  private static Job ended(String type, String reason) {
    return new JobBuilder(running())
        .withNewStatus()
        .addNewCondition()
        .withType(type)
        .withStatus("True")
        .withReason(reason)
        .withMessage("what the controller says")
        .endCondition()
        .endStatus()
        .build();
  }

  private static Pod pod(PodStatusBuilder status) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("pod")
        .withCreationTimestamp(NOW.minusSeconds(30).toString())
        .endMetadata()
        .withStatus(status.build())
        .build();
  }

  private static PodStatusBuilder waiting(String reason) {
    return new PodStatusBuilder()
        .withPhase("Pending")
        .addNewContainerStatus()
        .withName(WorkerPod.CONTAINER)
        .withNewState()
        .withNewWaiting("what the kubelet says", reason)
        .endState()
        .endContainerStatus();
  }

  private static PodStatusBuilder exited(String reason, int status) {
    return new PodStatusBuilder()
        .withPhase("Failed")
        .addNewContainerStatus()
        .withName(WorkerPod.CONTAINER)
        .withNewState()
        .withNewTerminated()
        .withReason(reason)
        .withExitCode(status)
        .endTerminated()
        .endState()
        .endContainerStatus();
  }

  private Trouble of(Pod pod) {
    return troubles.of(running(), pod, NOW);
  }

  private static Trouble.Dead dead(Trouble trouble, String reason) {
    assertThat(trouble).isInstanceOf(Trouble.Dead.class);
    Trouble.Dead dead = (Trouble.Dead) trouble;
    assertThat(dead.reason()).isEqualTo(reason);
    assertThat(dead.message()).isNotBlank();
    return dead;
  }

  @Test
  void aPodThatRunsIsFine() {
    assertThat(of(pod(new PodStatusBuilder().withPhase("Running")))).isEqualTo(new Trouble.None());
  }

  @Test
  void aJobWithoutAPodYetIsFine() {
    assertThat(troubles.of(running(), null, NOW)).isEqualTo(new Trouble.None());
  }

  @Test
  void aPodThatFitsNowhereWaitsWithTheSchedulersWords() {
    PodStatusBuilder status =
        new PodStatusBuilder()
            .withPhase("Pending")
            .addNewCondition()
            .withType("PodScheduled")
            .withStatus("False")
            .withReason("Unschedulable")
            .withMessage("0/1 nodes are available: 1 Insufficient nvidia.com/gpu.")
            .endCondition();

    assertThat(of(pod(status)))
        .isEqualTo(
            new Trouble.Waits(
                "Unschedulable", "0/1 nodes are available: 1 Insufficient nvidia.com/gpu."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ErrImagePull", "ImagePullBackOff"})
  void anImageThatIsNotThereIsWaitedForAWhile(String reason) {
    assertThat(of(pod(waiting(reason)))).isInstanceOf(Trouble.Waits.class);
    assertThat(
            dead(troubles.of(running(), pod(waiting(reason)), NOW.plusSeconds(60)), reason)
                .canHelp())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ErrImageNeverPull", "InvalidImageName"})
  void anImageThatCannotBeThereIsNotWaitedFor(String reason) {
    assertThat(dead(of(pod(waiting(reason))), reason).canHelp()).isFalse();
  }

  @Test
  void memoryThatDoesNotSufficeIsNotTriedAgain() {
    Trouble.Dead dead = dead(of(pod(exited("OOMKilled", 137))), "OOMKilled");

    assertThat(dead.canHelp()).isFalse();
    assertThat(dead.message()).contains("resources.limits.memory");
  }

  @Test
  void aWorkerThatEndedWithAnErrorMayBeTriedAgain() {
    assertThat(dead(of(pod(exited("Error", 3))), "WorkerExited").message()).contains("3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Evicted", "Preempting", "NodeLost", "Shutdown"})
  void aPodThatWasPutAwayMayBeTriedAgain(String reason) {
    PodStatusBuilder status =
        new PodStatusBuilder()
            .withPhase("Failed")
            .withReason(reason)
            .withMessage("The node was low on resource: memory.");

    assertThat(dead(of(pod(status)), reason).canHelp()).isTrue();
  }

  @Test
  void aDisruptionIsToldByItsOwnReason() {
    PodStatusBuilder status =
        new PodStatusBuilder()
            .withPhase("Failed")
            .addNewCondition()
            .withType("DisruptionTarget")
            .withStatus("True")
            .withReason("PreemptionByScheduler")
            .withMessage("a pod of higher priority came")
            .endCondition();

    assertThat(dead(of(pod(status)), "PreemptionByScheduler").canHelp()).isTrue();
  }

  @Test
  void aDeletedPodMayBeTriedAgain() {
    assertThat(
            dead(troubles.of(ended("Failed", "BackoffLimitExceeded"), null, NOW), "PodDeleted")
                .canHelp())
        .isTrue();
  }

  @Test
  void aJobThatTookTooLongMayBeTriedAgain() {
    assertThat(
            dead(troubles.of(ended("Failed", "DeadlineExceeded"), null, NOW), "DeadlineExceeded")
                .canHelp())
        .isTrue();
  }

  @Test
  void aWorkerThatLeftWithoutAnAnswerIsNoticed() {
    dead(troubles.of(ended("Complete", "Completed"), null, NOW), "WorkerLeft");
  }
}
