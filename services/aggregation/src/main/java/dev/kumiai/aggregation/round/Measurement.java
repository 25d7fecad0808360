package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskResult;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.protocol.task.TaskReport;
import java.util.List;

/// What all evaluating sites found together.
///
/// @param accuracy hits over examples of all sites
/// @param loss mean over all examples, in nats
record Measurement(double accuracy, double loss) {

  /// Sums in binary64 in canonical site order, so that the result does not depend on who was first.
  static Measurement of(List<Task> answered) {
    long examples = 0;
    long hits = 0;
    double loss = 0;
    for (Task task : answered) {
      if (!(task.state() instanceof TaskState.Succeeded succeeded
          && succeeded.result() instanceof TaskResult.Report report
          && report.report() instanceof TaskReport.Evaluated evaluated)) {
        throw new IllegalStateException("task " + task.id() + " has no evaluation");
      }
      examples += evaluated.examples();
      hits += evaluated.perClass().stream().mapToLong(TaskReport.ClassHits::hits).sum();
      loss += evaluated.loss() * evaluated.examples();
    }
    return new Measurement((double) hits / examples, loss / examples);
  }
}
