package dev.kumiai.kubernetes.round;

import dev.kumiai.core.TaskKind;
import dev.kumiai.kubernetes.Conditions;
import dev.kumiai.kubernetes.Times;
import dev.kumiai.kubernetes.resource.FederatedRound;
import dev.kumiai.kubernetes.resource.FederatedRoundStatus;
import dev.kumiai.kubernetes.resource.FederatedRoundStatus.SiteTask;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a FederatedRound shows.
final class RoundProgress {

  static final String WAITING = "Waiting";
  static final String RUNNING = "Running";
  static final String SUCCEEDED = "Succeeded";
  static final String FAILED = "Failed";

  private static final String ACCEPTED = "Accepted";
  private static final String COMPLETE = "Complete";
  private static final double MILLIS = 1_000.0;

  /// A round of very many sites shows those that matter most to a reader: the first.
  private static final int MOST_TASKS = 200;

  private RoundProgress() {}

  /// Before it can start.
  static FederatedRoundStatus waiting(FederatedRound resource, String why, Instant now) {
    return before(resource, null, null, WAITING, WAITING, null, why, now);
  }

  /// It has the number, and is about to start.
  static FederatedRoundStatus claimed(
      FederatedRound resource, int round, int incarnation, Instant now) {
    return before(resource, round, incarnation, WAITING, "Starting", null, null, now);
  }

  /// It never will.
  static FederatedRoundStatus refused(
      FederatedRound resource, String reason, String why, Instant now) {
    return before(resource, null, null, FAILED, reason, Times.seconds(now), why, now);
  }

  /// Of one that has not started.
  private static FederatedRoundStatus before(
      FederatedRound resource,
      @Nullable Integer round,
      @Nullable Integer incarnation,
      String phase,
      String reason,
      @Nullable String completionTime,
      @Nullable String why,
      Instant now) {
    List<Condition> conditions =
        conditions(resource, now)
            .set(ACCEPTED, false, reason, Objects.requireNonNullElse(why, ""))
            .set(COMPLETE, false, reason, "")
            .list();
    return new FederatedRoundStatus(
        round,
        incarnation,
        phase,
        null,
        null,
        null,
        null,
        null,
        completionTime,
        null,
        why,
        null,
        conditions);
  }

  private static Conditions conditions(FederatedRound resource, Instant now) {
    FederatedRoundStatus before = resource.getStatus();
    return new Conditions(
        before == null ? null : before.conditions(), resource.getMetadata().getGeneration(), now);
  }

  /// It goes on, or is over.
  static FederatedRoundStatus of(
      FederatedRound resource, RunView run, RoundView round, Instant now) {
    boolean done = round.model() != null && round.finished() != null;
    boolean failed = !done && (round.finished() != null || run.phase().isTerminal());
    String phase = done ? SUCCEEDED : failed ? FAILED : RUNNING;
    String why =
        failed
            ? Objects.requireNonNullElse(run.reason(), "the run ended before the round did")
            : null;
    List<Condition> conditions =
        conditions(resource, now)
            .set(ACCEPTED, true, "RoundStarted", "round %d".formatted(round.round()))
            .set(COMPLETE, done, phase, why == null ? "" : why)
            .list();
    return new FederatedRoundStatus(
        round.round(),
        round.incarnation(),
        phase,
        answered(round),
        round.accuracy(),
        round.loss(),
        round.model() == null ? null : round.model().toString(),
        Times.seconds(round.started()),
        end(run, round, failed),
        duration(round),
        why,
        tasks(round),
        conditions);
  }

  private static @Nullable String end(RunView run, RoundView round, boolean failed) {
    Instant end = round.finished() != null ? round.finished() : failed ? run.finished() : null;
    return end == null ? null : Times.seconds(end);
  }

  private static String answered(RoundView round) {
    List<TaskView> training =
        round.tasks().stream().filter(task -> task.examples() != null || isTraining(task)).toList();
    long answered =
        training.stream().filter(task -> task.state() == TaskView.State.SUCCEEDED).count();
    return answered + "/" + training.size();
  }

  private static boolean isTraining(TaskView task) {
    return task.kind() == TaskKind.TRAIN;
  }

  private static @Nullable String duration(RoundView round) {
    return round.finished() == null
        ? null
        : String.format(
            Locale.ROOT,
            "%.1fs",
            Duration.between(round.started(), round.finished()).toMillis() / MILLIS);
  }

  private static List<SiteTask> tasks(RoundView round) {
    return round.tasks().stream()
        .limit(MOST_TASKS)
        .map(
            task ->
                new SiteTask(
                    task.site().value(),
                    task.kind().name(),
                    task.state().name(),
                    task.attempt(),
                    task.problem()))
        .toList();
  }
}
