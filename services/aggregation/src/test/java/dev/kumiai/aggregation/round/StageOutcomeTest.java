package dev.kumiai.aggregation.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskResult;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageOutcomeTest {

  private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Instant BEFORE = SINCE.plusSeconds(59);
  private static final Instant AFTER = SINCE.plusSeconds(60);
  private static final RunId RUN = RunId.random();

  private static final Task OPEN = task("a", new TaskState.Pending(0, SINCE, null));
  private static final Task BUSY = task("b", new TaskState.Claimed(2, SINCE, AFTER, 0, "", null));
  private static final Task FAILED = task("c", new TaskState.Failed(3, SINCE, SINCE, "broken: x"));
  private static final Task DONE =
      task(
          "d",
          new TaskState.Succeeded(
              1, SINCE, SINCE, null, new TaskResult.FirstWeights(Digest.of(new byte[0]))));

  private static Task task(String site, TaskState state) {
    return Task.pending(RUN, 0, new SiteId(site), TaskKind.TRAIN, 4, SINCE).in(state);
  }

  private static StageOutcome outcome(List<Task> tasks, int needed, Instant now) {
    return outcome(tasks, needed, tasks.size(), 0, now);
  }

  private static StageOutcome outcome(
      List<Task> tasks, int needed, int aimed, int reserve, Instant now) {
    StageOutcome.Rule rule =
        new StageOutcome.Rule(needed, aimed, reserve, SINCE, DEADLINE, PATIENCE);
    return StageOutcome.of(tasks, rule, now);
  }

  @Test
  void waitsForAllBeforeTheDeadlineEvenWithAQuorum() {
    assertThat(outcome(List.of(OPEN, DONE), 1, BEFORE)).isInstanceOf(StageOutcome.Waiting.class);
  }

  @Test
  void isReachedWhenAllAreOver() {
    assertThat(outcome(List.of(FAILED, DONE), 1, BEFORE))
        .isEqualTo(new StageOutcome.Reached(List.of(DONE)));
  }

  @Test
  void isReachedByTheQuorumAtTheDeadline() {
    assertThat(outcome(List.of(OPEN, BUSY, DONE), 1, AFTER))
        .isEqualTo(new StageOutcome.Reached(List.of(DONE)));
  }

  @Test
  void isMissedAtTheDeadlineBelowTheQuorum() {
    assertThat(outcome(List.of(OPEN, BUSY, DONE), 2, AFTER))
        .isEqualTo(
            new StageOutcome.Missed(
                "TRAIN of round 4 was answered by 1 of the 2 sites it needs within 60 s: site 'a',"
                    + " task %s: no worker has claimed it; site 'b', task %s: attempt 2 is still at"
                        .formatted(OPEN.id(), BUSY.id())
                    + " it"));
  }

  @Test
  void isMissedAtOnceWhenTheQuorumIsOutOfReach() {
    assertThat(outcome(List.of(BUSY, FAILED), 2, BEFORE))
        .isInstanceOfSatisfying(
            StageOutcome.Missed.class,
            missed -> assertThat(missed.reason()).contains("task " + FAILED.id() + ": broken: x"));
  }

  @Test
  void stageThatNeedsNobodyCannotBeMissed() {
    assertThat(outcome(List.of(FAILED), 0, BEFORE)).isEqualTo(new StageOutcome.Reached(List.of()));
    assertThat(outcome(List.of(OPEN), 0, AFTER)).isEqualTo(new StageOutcome.Reached(List.of()));
  }

  @Test
  void isReachedAsSoonAsTheAimedNumberAnsweredWhoeverIsStillAtIt() {
    assertThat(outcome(List.of(OPEN, BUSY, DONE), 1, 1, 9, SINCE))
        .isEqualTo(new StageOutcome.Reached(List.of(DONE)));
  }

  @Test
  void everyAnswerCountsThatIsThereWhenTheStageCloses() {
    Task alsoDone = task("e", DONE.state());

    assertThat(outcome(List.of(BUSY, DONE, alsoDone), 1, 1, 0, SINCE))
        .isEqualTo(new StageOutcome.Reached(List.of(DONE, alsoDone)));
  }

  @Test
  void asksForAsManyOthersAsAreLacking() {
    assertThat(outcome(List.of(FAILED, task("e", FAILED.state()), DONE), 1, 3, 9, SINCE))
        .isEqualTo(new StageOutcome.Replace(2));
    assertThat(outcome(List.of(FAILED, task("e", FAILED.state()), DONE), 1, 3, 1, SINCE))
        .isEqualTo(new StageOutcome.Replace(1));
  }

  @Test
  void asksForNobodyWhileThoseAskedBeyondTheAimMakeUpForTheFailed() {
    assertThat(outcome(List.of(BUSY, FAILED, DONE), 1, 2, 9, BEFORE))
        .isInstanceOf(StageOutcome.Waiting.class);
  }

  @Test
  void asksForAnotherWhereATaskLiesUnclaimedButKeepsIt() {
    assertThat(outcome(List.of(OPEN), 1, 1, 1, SINCE.plus(PATIENCE).minusMillis(1)))
        .isInstanceOf(StageOutcome.Waiting.class);
    assertThat(outcome(List.of(OPEN), 1, 1, 1, SINCE.plus(PATIENCE)))
        .isEqualTo(new StageOutcome.Replace(1));
    assertThat(outcome(List.of(OPEN), 1, 1, 0, SINCE.plus(PATIENCE)))
        .isInstanceOf(StageOutcome.Waiting.class);
  }

  @Test
  void patienceCountsFromWhenTheTaskCouldBeClaimed() {
    Task retried = task("a", new TaskState.Pending(1, SINCE.plusSeconds(30), "broken: x"));

    assertThat(outcome(List.of(retried), 1, 1, 1, SINCE.plusSeconds(49)))
        .isInstanceOf(StageOutcome.Waiting.class);
    assertThat(outcome(List.of(retried), 1, 1, 1, SINCE.plusSeconds(50)))
        .isEqualTo(new StageOutcome.Replace(1));
  }

  @Test
  void asksForNobodyAfterTheDeadline() {
    assertThat(outcome(List.of(FAILED, DONE), 1, 2, 9, AFTER))
        .isEqualTo(new StageOutcome.Reached(List.of(DONE)));
    assertThat(outcome(List.of(FAILED, DONE), 2, 2, 9, AFTER))
        .isInstanceOf(StageOutcome.Missed.class);
  }

  @Test
  void isNotMissedWhileOthersCanBeAsked() {
    assertThat(outcome(List.of(FAILED), 1, 1, 1, BEFORE)).isEqualTo(new StageOutcome.Replace(1));
  }
}
