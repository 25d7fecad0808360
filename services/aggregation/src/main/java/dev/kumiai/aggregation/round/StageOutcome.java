package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/// What has become of a stage: the tasks of one kind in one round. All stages obey one rule. A
/// stage closes when every task is over, or when its deadline has passed; with the quorum answered
/// it is reached, without it is missed. When the quorum cannot be reached any more it is missed at
/// once.
sealed interface StageOutcome {

  /// A reason is read by a person.
  int MOST_NAMED = 5;

  /// Still waiting.
  record Waiting() implements StageOutcome {}

  /// Enough answered.
  ///
  /// @param answered the tasks that count, by site
  record Reached(List<Task> answered) implements StageOutcome {}

  /// Too few answered.
  ///
  /// @param reason a sentence that names site, task and problem
  record Missed(String reason) implements StageOutcome {}

  /// Judges a stage.
  ///
  /// @param tasks by site
  /// @param needed how many have to be answered; with 0 the stage waits but cannot be missed
  static StageOutcome of(
      List<Task> tasks, int needed, Instant since, Duration deadline, Instant now) {
    List<Task> answered =
        tasks.stream().filter(task -> task.state() instanceof TaskState.Succeeded).toList();
    long open = tasks.stream().filter(task -> task.state() instanceof TaskState.Open).count();
    boolean late = !now.isBefore(since.plus(deadline));
    if (answered.size() + open < needed) {
      return new Missed(reason(tasks, answered.size(), needed, ""));
    }
    if (open > 0 && !late) {
      return new Waiting();
    }
    return answered.size() >= needed
        ? new Reached(answered)
        : new Missed(
            reason(tasks, answered.size(), needed, " within " + deadline.toSeconds() + " s"));
  }

  private static String reason(List<Task> tasks, int answered, int needed, String within) {
    Task any = tasks.getFirst();
    String missing =
        tasks.stream()
            .filter(task -> !(task.state() instanceof TaskState.Succeeded))
            .limit(MOST_NAMED)
            .map(StageOutcome::describe)
            .collect(Collectors.joining("; "));
    return "%s of round %d was answered by %d of the %d sites it needs%s: %s"
        .formatted(any.kind(), any.round(), answered, needed, within, missing);
  }

  static String describe(Task task) {
    String what =
        switch (task.state()) {
          case TaskState.Pending pending ->
              pending.problem() == null ? "no worker has claimed it" : pending.problem();
          case TaskState.Claimed claimed -> "attempt " + claimed.attempt() + " is still at it";
          case TaskState.Failed failed -> failed.problem();
          case TaskState.Cancelled _ -> "cancelled";
          case TaskState.Succeeded _ -> "answered";
        };
    return "site '%s', task %s: %s".formatted(task.site(), task.id(), what);
  }
}
