package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.config.AggregationConfig;
import dev.kumiai.aggregation.model.Models;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.task.Task;
import dev.kumiai.aggregation.task.TaskResult;
import dev.kumiai.aggregation.task.TaskState;
import dev.kumiai.core.Digest;
import dev.kumiai.core.Progress;
import dev.kumiai.core.strategy.Aggregation;
import dev.kumiai.core.strategy.FedAvg;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Update;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.protocol.run.StrategySpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Turns the accepted updates of a closed round into the next global model, from the stored files
/// and into a stored file. The same updates give the same bytes, so doing it again after a crash
/// changes nothing.
@ApplicationScoped
class AggregateRound {

  private final Models models;
  private final int threads;

  AggregateRound(Models models, AggregationConfig config) {
    this.models = models;
    this.threads = config.threads().orElseGet(Runtime.getRuntime()::availableProcessors);
  }

  /// Aggregates.
  ///
  /// @param answered TRAIN tasks with their updates
  /// @return the digest under which the model is kept
  Digest aggregate(Run run, RunState.Aggregating round, List<Task> answered) throws IOException {
    Aggregation aggregation = new Aggregation(strategy(run.spec().strategy()), threads);
    List<SafetensorsFile> opened = new ArrayList<>();
    try {
      SafetensorsFile global = open(round.model(), opened);
      List<Update> stored = new ArrayList<>();
      for (Task task : answered) {
        TaskResult.Update update = update(task);
        SafetensorsFile weights = open(update.digest(), opened);
        stored.add(new Update(task.site(), update.metadata().examples(), weights));
      }
      Updates updates = Updates.of(global, stored);
      return models.write(
          updates.specs(), writer -> aggregation.run(updates, writer, Progress.SILENT));
    } finally {
      opened.forEach(SafetensorsFile::close);
    }
  }

  private static Strategy strategy(StrategySpec spec) {
    return switch (spec.name()) {
      case FEDAVG -> new FedAvg();
    };
  }

  private static TaskResult.Update update(Task task) {
    if (task.state() instanceof TaskState.Succeeded succeeded
        && succeeded.result() instanceof TaskResult.Update update) {
      return update;
    }
    throw new IllegalStateException("task " + task.id() + " has no update");
  }

  private SafetensorsFile open(Digest digest, List<SafetensorsFile> opened) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(models.file(digest));
    opened.add(file);
    return file;
  }
}
