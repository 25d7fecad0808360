package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.task.TaskResult;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.core.Digest;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.UpdateMetadata;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The state of a task as columns of its row.
final class TaskStateColumns {

  private TaskStateColumns() {}

  static void write(TaskState state, TaskEntity row) {
    row.attempt = state.attempt();
    row.problem = state.problem();
    row.availableAt = null;
    row.leaseUntil = null;
    row.fraction = 0;
    row.stage = "";
    row.started = null;
    row.finished = null;
    switch (state) {
      case TaskState.Pending pending -> {
        row.state = TaskView.State.PENDING;
        row.availableAt = pending.availableAt();
      }
      case TaskState.Claimed claimed -> {
        row.state = TaskView.State.CLAIMED;
        row.started = claimed.started();
        row.leaseUntil = claimed.leaseUntil();
        row.fraction = claimed.fraction();
        row.stage = claimed.stage();
      }
      case TaskState.Succeeded succeeded -> {
        row.state = TaskView.State.SUCCEEDED;
        row.fraction = 1;
        over(succeeded, row);
        row.aggregatedIn = succeeded.aggregatedIn();
        result(succeeded.result(), row);
      }
      case TaskState.Failed failed -> {
        row.state = TaskView.State.FAILED;
        over(failed, row);
      }
      case TaskState.Cancelled cancelled -> {
        row.state = TaskView.State.CANCELLED;
        over(cancelled, row);
      }
    }
  }

  private static void over(TaskState.Over over, TaskEntity row) {
    row.started = over.started();
    row.finished = over.finished();
  }

  private static void result(TaskResult result, TaskEntity row) {
    switch (result) {
      case TaskResult.FirstWeights first -> row.weights = first.digest().hex();
      case TaskResult.Update update -> {
        row.weights = update.digest().hex();
        row.examples = update.metadata().examples();
        row.loss = update.metadata().trainingLoss();
        row.steps = update.metadata().steps();
        row.initialLoss = update.metadata().initialLoss();
      }
      case TaskResult.Report report ->
          row.report = JsonColumn.write(report.report(), TaskReport.class);
    }
  }

  static TaskState read(TaskEntity row) {
    return switch (row.state) {
      case PENDING -> new TaskState.Pending(row.attempt, present(row.availableAt), row.problem);
      case CLAIMED ->
          new TaskState.Claimed(
              row.attempt,
              present(row.started),
              present(row.leaseUntil),
              row.fraction,
              row.stage,
              row.problem);
      case SUCCEEDED ->
          new TaskState.Succeeded(
              row.attempt,
              present(row.started),
              present(row.finished),
              row.problem,
              result(row),
              row.aggregatedIn);
      case FAILED ->
          new TaskState.Failed(
              row.attempt,
              present(row.started),
              present(row.finished),
              Objects.requireNonNull(row.problem));
      case CANCELLED ->
          new TaskState.Cancelled(row.attempt, row.started, present(row.finished), row.problem);
    };
  }

  private static TaskResult result(TaskEntity row) {
    if (row.report != null) {
      return new TaskResult.Report(JsonColumn.read(row.report, TaskReport.class));
    }
    Digest weights = new Digest(Objects.requireNonNull(row.weights));
    return row.examples == null || row.loss == null
        ? new TaskResult.FirstWeights(weights)
        : new TaskResult.Update(
            weights, new UpdateMetadata(row.examples, row.loss, row.steps, row.initialLoss));
  }

  private static Instant present(@Nullable Instant instant) {
    return Objects.requireNonNull(instant);
  }
}
