package dev.kumiai.aggregation.view;

import dev.kumiai.aggregation.round.Round;
import dev.kumiai.aggregation.round.RoundStore;
import dev.kumiai.aggregation.run.AsynchronousRounds;
import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunPhases;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskResult;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.aggregation.task.TaskStore;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.TaskReport;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Runs as their users see them.
@ApplicationScoped
public class RunViews {

  private final RunStore runs;
  private final RoundStore rounds;
  private final TaskStore tasks;

  RunViews(RunStore runs, RoundStore rounds, TaskStore tasks) {
    this.runs = runs;
    this.rounds = rounds;
    this.tasks = tasks;
  }

  @Transactional
  public RunView view(Run run) {
    return view(run, rounds.newestAccuracy(List.of(run.id())), tasks(run, presentStage(run)));
  }

  /// Without tasks.
  @Transactional
  public List<RunView> list(List<Run> listed) {
    Map<RunId, Double> accuracy = rounds.newestAccuracy(listed.stream().map(Run::id).toList());
    return listed.stream().map(run -> view(run, accuracy, List.of())).toList();
  }

  /// Its rounds with their tasks.
  ///
  /// @param superseded whether those that were done again are shown, too
  @Transactional
  public List<RoundView> rounds(Run run, boolean superseded) {
    Map<SiteId, DatasetCounts> counts = counts(run);
    Map<Key, List<TaskView>> byRound =
        tasks.of(run.id()).stream()
            .collect(
                Collectors.groupingBy(
                    task -> new Key(task.round(), task.incarnation()),
                    Collectors.mapping(
                        task -> view(task, counts.get(task.site())), Collectors.toList())));
    List<Round> shown = superseded ? rounds.history(run.id()) : rounds.of(run.id());
    return shown.stream()
        .map(
            round ->
                view(
                    round,
                    byRound.getOrDefault(new Key(round.number(), round.incarnation()), List.of())))
        .toList();
  }

  /// Tells a round from one that was done again.
  private record Key(int round, int incarnation) {}

  private List<Task> presentStage(Run run) {
    return presentStage(run, run.state());
  }

  private List<Task> presentStage(Run run, RunState state) {
    return switch (state) {
      case RunState.Training _, RunState.Aggregating _ when AsynchronousRounds.in(run.spec()) ->
          Stream.concat(tasks.open(run.id()).stream(), tasks.buffered(run.id()).stream())
              .sorted(Comparator.comparing(Task::kind).thenComparing(Task::site))
              .toList();
      case RunState.Waiting stage -> tasks.of(run.id(), stage.kind(), stage.round());
      case RunState.Aggregating closed -> tasks.of(run.id(), TaskKind.TRAIN, closed.round());
      case RunState.Suspended suspended -> presentStage(run, suspended.held());
      case RunState.Ready _, RunState.Over _ -> List.of();
    };
  }

  private static RunView view(Run run, Map<RunId, Double> accuracy, List<TaskView> shown) {
    RunState state = run.state();
    return new RunView(
        run.id(),
        run.spec(),
        RunPhases.of(state),
        state.round(),
        run.incarnation(),
        state.model(),
        accuracy.get(run.id()),
        RunPhases.reason(state),
        run.created(),
        state instanceof RunState.Over over ? over.finished() : null,
        shown);
  }

  private static RoundView view(Round round, List<TaskView> shown) {
    return new RoundView(
        round.number(),
        round.incarnation(),
        round.supersededBy(),
        round.model(),
        round.accuracy(),
        round.loss(),
        round.started(),
        round.finished(),
        shown);
  }

  private List<TaskView> tasks(Run run, List<Task> shown) {
    Map<SiteId, DatasetCounts> counts = counts(run);
    return shown.stream().map(task -> view(task, counts.get(task.site()))).toList();
  }

  private Map<SiteId, DatasetCounts> counts(Run run) {
    return runs.participants(run.id()).stream()
        .collect(Collectors.toMap(Participant::site, Participant::counts));
  }

  private static TaskView view(Task task, @Nullable DatasetCounts privateData) {
    TaskState state = task.state();
    TaskResult result = state instanceof TaskState.Succeeded succeeded ? succeeded.result() : null;
    return new TaskView(
        task.id(),
        task.site(),
        task.kind(),
        task.round(),
        name(state),
        state.attempt(),
        fraction(state),
        state instanceof TaskState.Claimed claimed ? claimed.stage() : "",
        started(state),
        state instanceof TaskState.Over over ? over.finished() : null,
        privateData,
        result instanceof TaskResult.Update update ? update.metadata().examples() : null,
        state instanceof TaskState.Succeeded succeeded ? succeeded.aggregatedIn() : null,
        report(result),
        state.problem());
  }

  private static @Nullable TaskReport report(@Nullable TaskResult result) {
    return result instanceof TaskResult.Report report ? report.report() : null;
  }

  private static TaskView.State name(TaskState state) {
    return switch (state) {
      case TaskState.Pending _ -> TaskView.State.PENDING;
      case TaskState.Claimed _ -> TaskView.State.CLAIMED;
      case TaskState.Succeeded _ -> TaskView.State.SUCCEEDED;
      case TaskState.Failed _ -> TaskView.State.FAILED;
      case TaskState.Cancelled _ -> TaskView.State.CANCELLED;
    };
  }

  private static double fraction(TaskState state) {
    return switch (state) {
      case TaskState.Claimed claimed -> claimed.fraction();
      case TaskState.Succeeded _ -> 1;
      case TaskState.Pending _, TaskState.Failed _, TaskState.Cancelled _ -> 0;
    };
  }

  private static @Nullable Instant started(TaskState state) {
    return switch (state) {
      case TaskState.Pending _ -> null;
      case TaskState.Claimed claimed -> claimed.started();
      case TaskState.Over over -> over.started();
    };
  }
}
