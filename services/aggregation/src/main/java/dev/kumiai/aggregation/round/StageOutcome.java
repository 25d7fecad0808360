package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.protocol.run.RoundSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/// What has become of a stage: the tasks of one kind in one round. All stages obey one rule. A
/// stage closes when as many answered as it aims at, when every task is over and nobody is left who
/// could be asked in place of those that failed, or when its deadline has passed; with the quorum
/// answered it is reached, without it is missed. When the quorum cannot be reached any more it is
/// missed at once.
sealed interface StageOutcome {

  /// A reason is read by a person.
  int MOST_NAMED = 5;

  /// Still waiting.
  record Waiting() implements StageOutcome {}

  /// Still waiting, and sites have dropped out in whose place others can be asked.
  ///
  /// @param sites how many
  record Replace(int sites) implements StageOutcome {}

  /// Enough answered.
  ///
  /// @param answered the tasks that count, by site: all that were answered up to now
  record Reached(List<Task> answered) implements StageOutcome {}

  /// Too few answered.
  ///
  /// @param reason a sentence that names site, task and problem
  record Missed(String reason) implements StageOutcome {}

  /// What a stage is judged by.
  ///
  /// @param needed how many have to be answered; with 0 the stage waits but cannot be missed
  /// @param aimed how many answers close it
  /// @param reserve how many sites could be asked in place of others
  /// @param since when it began
  /// @param deadline how long it waits for more than it needs
  /// @param patience how long a task may lie unclaimed before its site counts as dropped out
  record Rule(
      int needed, int aimed, int reserve, Instant since, Duration deadline, Duration patience) {

    static Rule of(RoundSpec spec, Crew crew, int reserve, Instant since) {
      return new Rule(
          crew.needed(),
          crew.aimed(),
          reserve,
          since,
          Duration.ofSeconds(spec.deadlineSeconds()),
          Duration.ofSeconds(spec.replaceAfterSeconds()));
    }

    /// Whether the stage's deadline has passed.
    boolean isLate(Instant now) {
      return !now.isBefore(since.plus(deadline));
    }

    private boolean isHopeful(Task task, Instant now) {
      return switch (task.state()) {
        case TaskState.Claimed _ -> true;
        case TaskState.Pending pending -> {
          Instant offered = pending.availableAt().isAfter(since) ? pending.availableAt() : since;
          yield now.isBefore(offered.plus(patience));
        }
        case TaskState.Over _ -> false;
      };
    }
  }

  /// Judges a stage.
  ///
  /// @param tasks by site
  static StageOutcome of(List<Task> tasks, Rule rule, Instant now) {
    List<Task> answered =
        tasks.stream().filter(task -> task.state() instanceof TaskState.Succeeded).toList();
    long open = tasks.stream().filter(task -> task.state() instanceof TaskState.Open).count();
    long hopeful = tasks.stream().filter(task -> rule.isHopeful(task, now)).count();
    boolean late = rule.isLate(now);
    int reserve = late ? 0 : rule.reserve();
    int count = answered.size();
    if (count + open + reserve < rule.needed()) {
      return new Missed(reason(tasks, count, rule, ""));
    }
    if (!late && count < rule.aimed()) {
      long lacking = Math.min(rule.aimed() - count - hopeful, reserve);
      if (lacking > 0) {
        return new Replace((int) lacking);
      }
      if (open > 0) {
        return new Waiting();
      }
    }
    return count >= rule.needed()
        ? new Reached(answered)
        : new Missed(reason(tasks, count, rule, " within " + rule.deadline().toSeconds() + " s"));
  }

  private static String reason(List<Task> tasks, int answered, Rule rule, String within) {
    Task any = tasks.getFirst();
    String missing =
        tasks.stream()
            .filter(task -> !(task.state() instanceof TaskState.Succeeded))
            .limit(MOST_NAMED)
            .map(StageOutcome::describe)
            .collect(Collectors.joining("; "));
    return "%s of round %d was answered by %d of the %d sites it needs%s: %s"
        .formatted(any.kind(), any.round(), answered, rule.needed(), within, missing);
  }

  static String describe(Task task) {
    String what =
        switch (task.state()) {
          case TaskState.Pending pending ->
              pending.problem() == null ? "no worker has claimed it" : pending.problem();
          case TaskState.Claimed claimed -> "attempt " + claimed.attempt() + " is still at it";
          case TaskState.Failed failed -> failed.problem();
          case TaskState.Cancelled cancelled ->
              cancelled.problem() == null ? "cancelled" : "cancelled, " + cancelled.problem();
          case TaskState.Succeeded _ -> "answered";
        };
    return "site '%s', task %s: %s".formatted(task.site(), task.id(), what);
  }
}
