package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.run.AsynchronousRounds;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.aggregation.task.TaskStore;
import dev.kumiai.core.TaskKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/// Tells which updates count in a round that was closed. It is recorded, so it is the same before
/// and after a crash, and years later.
@ApplicationScoped
class CountedUpdates {

  private final RunStore runs;
  private final TaskStore tasks;

  CountedUpdates(RunStore runs, TaskStore tasks) {
    this.runs = runs;
    this.tasks = tasks;
  }

  /// In canonical order: by site, of one site the stalest first. In a transaction of the caller.
  ///
  /// @param incarnation with the number it tells the round from one that was done again
  List<CountedUpdate> of(Run run, int round, int incarnation) {
    List<Task> counted =
        AsynchronousRounds.in(run.spec())
            ? tasks.aggregatedIn(run.id(), round, incarnation)
            : tasks.of(run.id(), TaskKind.TRAIN, round, incarnation).stream()
                .filter(task -> task.state() instanceof TaskState.Succeeded)
                .toList();
    return counted.stream()
        .map(
            task ->
                new CountedUpdate(
                    task,
                    runs.modelAfter(run.id(), task.round() - 1, incarnation).orElseThrow(),
                    round - task.round()))
        .toList();
  }
}
