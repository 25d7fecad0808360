package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.aggregation.run.Runs;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.run.RunSpec;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.stream.Stream;

/// What is to be done by Jobs. Who launches them looks here whenever a run changed
/// ([dev.kumiai.aggregation.run.RunChanged]) or work appeared ([WorkAppeared]), makes a Job for
/// each task that has none for its attempt, and ends Jobs whose task is not there any more.
@ApplicationScoped
public class LaunchableTasks {

  private final RunStore runs;
  private final TaskStore tasks;

  LaunchableTasks(RunStore runs, TaskStore tasks) {
    this.runs = runs;
    this.tasks = tasks;
  }

  /// The tasks of a run for which there has to be a Job now, by round, kind and site. Of a
  /// suspended run, those that a worker has claimed: nothing is begun there. None of a run that is
  /// over or whose tasks agents carry out.
  ///
  /// @throws KumiaiException.NotFound `run-unknown`
  @Transactional
  public List<LaunchableTask> of(RunId id) {
    Run run = runs.find(id).orElseThrow(() -> Runs.unknown(id));
    if (run.spec().executor() != RunSpec.Executor.JOBS || run.state() instanceof RunState.Over) {
      return List.of();
    }
    boolean suspended = run.state() instanceof RunState.Suspended;
    return tasks.open(id).stream()
        .flatMap(
            task ->
                task.state() instanceof TaskState.Open open
                    ? Stream.of(LaunchableTask.of(task, open))
                    : Stream.empty())
        .filter(task -> task.claimed() || !suspended)
        .toList();
  }
}
