package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.run.AsynchronousRounds;
import dev.kumiai.aggregation.run.ChosenStrategy;
import dev.kumiai.aggregation.run.GenerationPlan;
import dev.kumiai.aggregation.run.Participant;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.run.RunStore;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunSeed;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.strategy.Compatibility.Need;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.TrainingSpec.TrainsOn;
import dev.kumiai.protocol.task.TaskSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a worker is told of a task. It follows from the run, so it is not stored with every task.
@ApplicationScoped
class TaskSpecs {

  /// SCAFFOLD's name for what the server sends.
  private static final String CONTROL = "control";

  private final RunStore runs;
  private final TaskStore tasks;
  private final ServerMemory memory;

  TaskSpecs(RunStore runs, TaskStore tasks, ServerMemory memory) {
    this.runs = runs;
    this.tasks = tasks;
    this.memory = memory;
  }

  /// Empty when the run has left the stage that the task belongs to. Tasks of asynchronous rounds
  /// stay out while rounds go by.
  Optional<TaskSpec> of(Run run, Task task) {
    if (AsynchronousRounds.in(run.spec()) && run.state() instanceof RunState.Active) {
      Optional<Integer> made =
          switch (task.kind()) {
            case TRAIN -> Optional.of(task.round() - 1);
            case EVALUATE -> Optional.of(task.round());
            case INITIALIZE, GENERATE -> Optional.empty();
          };
      if (made.isPresent()) {
        Digest model = runs.modelAfter(run.id(), made.get(), task.incarnation()).orElseThrow();
        return Optional.of(
            task.kind() == TaskKind.TRAIN ? train(run, task, model) : evaluate(run, model));
      }
    }
    if (!(run.state() instanceof RunState.Waiting stage
        && stage.kind() == task.kind()
        && stage.round() == task.round())) {
      return Optional.empty();
    }
    return Optional.of(of(run, task, stage));
  }

  private TaskSpec of(Run run, Task task, RunState.Waiting stage) {
    RunSpec spec = run.spec();
    return switch (stage) {
      case RunState.Initializing _ ->
          new TaskSpec.Initialize(
              spec.model(), spec.data(), new RunSeed(spec.seed()).derive("weights", 0, ""));
      case RunState.Generating _ -> {
        Participant participant = participant(task);
        yield new TaskSpec.Generate(
            Objects.requireNonNull(participant.plan()),
            spec.data(),
            Objects.requireNonNull(spec.generation()),
            participant.budget(),
            GenerationPlan.seed(spec, task.site()));
      }
      case RunState.Training training -> train(run, task, training.model());
      case RunState.Evaluating evaluating -> evaluate(run, evaluating.model());
    };
  }

  private TaskSpec train(Run run, Task task, Digest global) {
    RunSpec spec = run.spec();
    return new TaskSpec.Train(
        spec.model(),
        spec.data(),
        spec.training(),
        global,
        participant(task).plan(),
        spec.strategy(),
        ChosenStrategy.of(spec).compatibility().needs().contains(Need.INITIAL_LOSS),
        control(spec, task),
        counted(spec, task),
        new RunSeed(spec.seed()).derive("training", task.round(), task.site().value()),
        spec.training().trainsOn() == TrainsOn.SHUFFLED_LABELS
            ? Long.valueOf(new RunSeed(spec.seed()).derive("labels", 0, task.site().value()))
            : null);
  }

  private static TaskSpec evaluate(Run run, Digest global) {
    RunSpec spec = run.spec();
    return new TaskSpec.Evaluate(
        spec.model(),
        spec.data().inDataset(Objects.requireNonNull(spec.evaluation()).dataset()),
        global);
  }

  /// What the server remembered after the round before.
  private @Nullable Digest control(RunSpec spec, Task task) {
    return ChosenStrategy.of(spec).compatibility().needs().contains(Need.CONTROL_VARIATES)
        ? memory.after(task.run(), task.round() - 1, CONTROL).orElse(null)
        : null;
  }

  private @Nullable Digest counted(RunSpec spec, Task task) {
    return ChosenStrategy.siteHalf(spec).remembers()
        ? tasks.newestUpdate(task.run(), task.site(), task.round()).orElse(null)
        : null;
  }

  private Participant participant(Task task) {
    return runs.participant(task.run(), task.site())
        .orElseThrow(() -> new IllegalStateException("no participant for " + task.key()));
  }
}
