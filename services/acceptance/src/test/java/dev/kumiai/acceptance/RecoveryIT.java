package dev.kumiai.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.run.TrainingSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes die in the middle of a run, and the run ends as if nothing had happened.
@Tag("slow")
class RecoveryIT {

  private static final int ROUNDS = 4;

  @TempDir private static Path shared;
  private static Experiment experiment;
  private static Digest undisturbed;

  @TempDir private Path folder;

  @BeforeAll
  static void runUndisturbed() {
    experiment = Experiment.castings(shared);
    try (Aggregator aggregator = Aggregator.start(shared);
        Service worker =
            Workers.training(aggregator, experiment.root(), shared, experiment.sites())) {
      Workers.awaitAnnounced(aggregator, worker, experiment.sites());
      RunView run = aggregator.awaitEnd(aggregator.createRun(spec(ROUNDS, 30)).run());
      assertThat(run.phase()).as(run.reason()).isEqualTo(RunPhase.SUCCEEDED);
      undisturbed = run.model();
    }
  }

  private static RunSpec spec(int rounds, int steps) {
    DataSpec data = experiment.data();
    RunSpec quick = Specs.of(data, experiment.sites(), rounds, null, null);
    return new RunSpec(
        quick.name(),
        quick.seed(),
        data,
        new ModelSpec(ModelSpec.Architecture.CNN, null, null),
        quick.sites(),
        rounds,
        new TrainingSpec(null, steps, 16, 0.02, 0.9, 5e-4, 0, null, false),
        StrategySpec.DEFAULT,
        null,
        quick.round(),
        null,
        null);
  }

  @Test
  void aKilledAggregatorGoesOnWhereItWas() {
    Aggregator first = Aggregator.start(folder);
    try (Service worker = Workers.training(first, experiment.root(), folder, experiment.sites())) {
      Workers.awaitAnnounced(first, worker, experiment.sites());
      RunView run = first.createRun(spec(ROUNDS, 30));
      first.await(run.run(), "round 2 goes on", view -> view.round() >= 2);

      first.service().kill();

      try (Aggregator second = Aggregator.startAgain(folder, first)) {
        RunView end = second.awaitEnd(run.run());
        assertThat(end.phase()).as(end.reason()).isEqualTo(RunPhase.SUCCEEDED);
        assertThat(end.model()).isEqualTo(undisturbed);
        assertThat(second.rounds(run.run())).hasSize(ROUNDS + 1);
      }
    } finally {
      first.close();
    }
  }

  @Test
  void theTaskOfATerminatedWorkerIsHandedOutAgain() {
    SiteId site = experiment.sites().getFirst();
    SiteId other = experiment.sites().getLast();
    try (Aggregator aggregator = Aggregator.start(folder);
        Service staying = Workers.training(aggregator, experiment.root(), folder, List.of(other));
        Service leaving = Workers.training(aggregator, experiment.root(), folder, List.of(site))) {
      Workers.awaitAnnounced(aggregator, leaving, experiment.sites());
      RunView run = aggregator.createRun(spec(1, 3_000));
      aggregator.await(
          run.run(),
          site + " trains",
          view -> training(view, site).map(TaskView::fraction).filter(f -> f > 0).isPresent());

      leaving.terminate();

      leaving.awaitExit(Duration.ofSeconds(20));
      assertThat(staying.process().isAlive()).isTrue();
      try (Service next = Workers.training(aggregator, experiment.root(), folder, List.of(site))) {
        RunView again =
            aggregator.await(
                run.run(),
                "the task is claimed again",
                view ->
                    training(view, site)
                        .filter(t -> t.attempt() == 2 && t.state() == TaskView.State.CLAIMED)
                        .isPresent());
        assertThat(next.process().isAlive()).isTrue();
        assertThat(again.phase()).isEqualTo(RunPhase.TRAINING);
      }
    }
  }

  private static java.util.Optional<TaskView> training(RunView view, SiteId site) {
    return view.tasks().stream()
        .filter(task -> task.kind() == TaskKind.TRAIN && task.site().equals(site))
        .findFirst();
  }
}
