package dev.kumiai.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.site.SiteView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Worker processes that do one thing and end, as those of Jobs. These show the token for all, with
/// which they get the oldest task of their site.
class OneShotIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private static Path folder;
  private static Experiment experiment;
  private static Aggregator aggregator;
  private static SiteId site;

  @BeforeAll
  static void start() {
    experiment =
        Experiment.partition(
            folder, "--data", "castings", "--sites", "1", "--limit", "64", "--public", "0");
    aggregator = Aggregator.start(folder);
    site = experiment.sites().getFirst();
    try (Service worker = once("announce", Map.of())) {
      assertThat(worker.awaitExit(PATIENCE)).as(worker.said()).isZero();
      assertThat(worker.said()).contains("site=" + site).doesNotContain("Listening on: http");
    }
  }

  @AfterAll
  static void stop() {
    aggregator.close();
  }

  private static Service once(String what, Map<String, String> more) {
    return Workers.once(what, aggregator, experiment.root(), folder, List.of(site), more);
  }

  private static RunSpec spec() {
    return Specs.of(experiment.data(), List.of(site), 1, null, null);
  }

  /// A run that trains for longer than anybody waits.
  private static RunSpec endless() {
    return spec().withTraining(new TrainingSpec(null, 1_000_000, 16, 0.01, 0, 0, 0, null, false));
  }

  private static TaskView onlyTask(RunId run) {
    return aggregator.run(run).tasks().getFirst();
  }

  private static void assertDone(Service worker, RunId run, int round) {
    try (worker) {
      assertThat(worker.awaitExit(PATIENCE)).as(worker.said()).isZero();
      assertThat(worker.said())
          .contains("run=" + run + " round=" + round)
          .contains("site=" + site)
          .doesNotContain("Listening on: http");
    }
  }

  @Test
  void announcesWhatTheSiteHolds() {
    assertThat(aggregator.sites())
        .filteredOn(known -> known.site().equals(site))
        .singleElement()
        .extracting(SiteView::datasets)
        .asInstanceOf(LIST)
        .isNotEmpty();
  }

  @Test
  void carriesOutARunWithAProcessForEachTask() {
    RunId run = aggregator.createRun(spec()).run();

    assertDone(once("task", Map.of()), run, 0);
    aggregator.await(run, "it trains", view -> view.phase() == RunPhase.TRAINING);
    assertDone(once("task", Map.of()), run, 1);

    assertThat(aggregator.awaitEnd(run)).returns(RunPhase.SUCCEEDED, RunView::phase);
  }

  @Test
  void givesItsTaskBackWhenItIsToldToEnd() {
    RunId run = aggregator.createRun(endless()).run();
    assertDone(once("task", Map.of()), run, 0);
    try (Service worker = once("task", Map.of())) {
      worker.await("it trains", () -> worker.said().contains("begins TRAIN"));

      worker.terminate();

      assertThat(worker.awaitExit(PATIENCE)).isNotZero();
      assertThat(onlyTask(run))
          .returns(TaskView.State.PENDING, TaskView::state)
          .returns(1, TaskView::attempt)
          .satisfies(task -> assertThat(task.problem()).startsWith("worker-stopping"));
    } finally {
      aggregator.http().post("runs/" + run + "/cancel", Map.of());
    }
  }

  @Test
  void endsWithOneSentenceWhenItMayNotWork() {
    try (Service worker =
        once("task", Map.of("kumiai.enrolment-token", "no token of this aggregator"))) {
      assertThat(worker.awaitExit(PATIENCE)).isEqualTo(1);
      assertThat(worker.said())
          .contains("site=" + site + ": ")
          .contains("[enrolment-token-wrong]")
          .doesNotContain("Exception");
    }
  }

  @Test
  void endsWithOneSentenceWhenItDoesNotKnowTheOneThing() {
    try (Service worker = once("twice", Map.of())) {
      assertThat(worker.awaitExit(PATIENCE)).isEqualTo(1);
      assertThat(worker.said())
          .contains("kumiai.worker.once: is task or announce, or not set, not twice")
          .doesNotContain("Exception");
    }
  }
}
