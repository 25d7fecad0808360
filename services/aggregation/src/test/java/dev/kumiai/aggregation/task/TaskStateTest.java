package dev.kumiai.aggregation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TaskStateTest {

  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant T1 = T0.plusSeconds(1);
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final TaskResult RESULT = new TaskResult.FirstWeights(Digest.of(new byte[] {1}));

  private static final TaskState.Pending PENDING = new TaskState.Pending(0, T0, null);
  private static final TaskState.Claimed CLAIMED = PENDING.claim(T0, LEASE);

  private static Task task(TaskState state) {
    return Task.pending(RunId.random(), 0, new SiteId("a"), TaskKind.TRAIN, 1, T0).in(state);
  }

  @Test
  void claimingStartsTheNextAttemptAndItsLease() {
    assertThat(CLAIMED).isEqualTo(new TaskState.Claimed(1, T0, T0.plus(LEASE), 0, "", null));
    assertThat(CLAIMED.retry("why", T1).claim(T1, LEASE).attempt()).isEqualTo(2);
  }

  @Test
  void heartbeatMovesTheLeaseAndKeepsTheStart() {
    assertThat(CLAIMED.renew(T1, LEASE, 0.5, "epoch 1"))
        .isEqualTo(new TaskState.Claimed(1, T0, T1.plus(LEASE), 0.5, "epoch 1", null));
  }

  @Test
  void problemOfAnEarlierAttemptIsKept() {
    TaskState.Claimed second = CLAIMED.retry("disk-full: x", T1).claim(T1, LEASE);

    assertThat(second.problem()).isEqualTo("disk-full: x");
    assertThat(second.succeed(RESULT, T1).problem()).isEqualTo("disk-full: x");
    assertThat(second.fail("broken: y", T1).problem()).isEqualTo("broken: y");
  }

  @Test
  void onlyTheAttemptThatHoldsTheLeaseSpeaks() {
    assertThat(task(CLAIMED).requireAttempt(1)).isEqualTo(CLAIMED);
    assertCode("attempt-stale", task(CLAIMED), 2);
    assertCode("attempt-stale", task(PENDING), 0);
    assertCode("attempt-stale", task(CLAIMED.retry("why", T1)), 1);
    assertCode("attempt-stale", task(CLAIMED.retry("why", T1).claim(T1, LEASE)), 1);
    assertCode("task-over", task(CLAIMED.succeed(RESULT, T1)), 1);
    assertCode("task-over", task(CLAIMED.fail("why", T1)), 1);
    assertCode("task-over", task(CLAIMED.cancel(T1)), 1);
    assertCode("task-over", task(PENDING.cancel(T1)), 0);
  }

  private static void assertCode(String code, Task task, int attempt) {
    assertThatThrownBy(() -> task.requireAttempt(attempt))
        .isInstanceOf(KumiaiException.class)
        .extracting("code")
        .isEqualTo(code);
  }
}
