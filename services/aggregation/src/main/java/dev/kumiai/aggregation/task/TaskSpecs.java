package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.run.ChosenStrategy;
import dev.kumiai.aggregation.run.GenerationPlan;
import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.core.RunSeed;
import dev.kumiai.core.strategy.Compatibility.Need;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.task.TaskSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.Optional;

/// What a worker is told of a task. It follows from the run, so it is not stored with every task.
@ApplicationScoped
class TaskSpecs {

  private final RunStore runs;

  TaskSpecs(RunStore runs) {
    this.runs = runs;
  }

  /// Empty when the run has left the stage that the task belongs to.
  Optional<TaskSpec> of(Run run, Task task) {
    if (!(run.state() instanceof RunState.Waiting stage
        && stage.kind() == task.kind()
        && stage.round() == task.round())) {
      return Optional.empty();
    }
    return Optional.of(of(run, task, stage));
  }

  private TaskSpec of(Run run, Task task, RunState.Waiting stage) {
    RunSpec spec = run.spec();
    RunSeed seed = new RunSeed(spec.seed());
    return switch (stage) {
      case RunState.Initializing _ ->
          new TaskSpec.Initialize(spec.model(), spec.data(), seed.derive("weights", 0, ""));
      case RunState.Generating _ -> {
        Participant participant = participant(task);
        yield new TaskSpec.Generate(
            Objects.requireNonNull(participant.plan()),
            spec.data(),
            Objects.requireNonNull(spec.generation()),
            participant.budget(),
            GenerationPlan.seed(spec, task.site()));
      }
      case RunState.Training training ->
          new TaskSpec.Train(
              spec.model(),
              spec.data(),
              spec.training(),
              training.model(),
              participant(task).plan(),
              spec.strategy().weighting(),
              ChosenStrategy.of(spec).compatibility().needs().contains(Need.INITIAL_LOSS),
              seed.derive("training", task.round(), task.site().value()));
      case RunState.Evaluating evaluating ->
          new TaskSpec.Evaluate(
              spec.model(),
              spec.data().inDataset(Objects.requireNonNull(spec.evaluation()).dataset()),
              evaluating.model());
    };
  }

  private Participant participant(Task task) {
    return runs.participant(task.run(), task.site())
        .orElseThrow(() -> new IllegalStateException("no participant for " + task.key()));
  }
}
