package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSiteView;
import dev.kumiai.protocol.run.RunSiteView.FaultKind;
import dev.kumiai.protocol.run.RunSiteView.Faults;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.Heartbeat;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What sites do wrong, and what becomes of those that do it too often.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class QuarantineTest {

  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Aggregator aggregator;

  @Inject
  QuarantineTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  private static Problem problem(int status, String code) {
    return new Problem(Problem.TYPE_PREFIX + code, code, status, "what went wrong", List.of());
  }

  private RunSiteView seen(RunId run, TinySite site) {
    return aggregator.client().sites(run).stream()
        .filter(view -> view.site().equals(site.id()))
        .findFirst()
        .orElseThrow();
  }

  /// Uploads what cannot be an update of the model.
  private static void sendNonsense(TinySite site, ClaimedTask task) {
    Path file = site.file("nonsense");
    TinyModel.writeUpdate(
        file,
        ModelWeights.of(List.of(Tensor.ofFloats("other", Shape.of(1), new float[] {1}))),
        site.metadata((TaskSpec.Train) task.spec()));
    assertThatThrownBy(() -> site.client().upload(task, file))
        .isInstanceOf(KumiaiException.Invalid.class);
  }

  @Test
  void countsEveryKindOfFaultWithTheNewestProblem() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, b).quorum(0.5, 600).maxAttempts(9), a);

    a.client().fail(a.claim(TaskKind.TRAIN), problem(503, "disk-full"));
    aggregator.pass(LONGEST_PAUSE);
    a.client().fail(a.claim(TaskKind.TRAIN), problem(500, "out-of-memory"));
    aggregator.pass(LONGEST_PAUSE);
    a.claim(TaskKind.TRAIN);
    aggregator.pass(LEASE);
    aggregator.pass(LONGEST_PAUSE);
    ClaimedTask last = a.claim(TaskKind.TRAIN);
    sendNonsense(a, last);
    a.client().fail(last, problem(503, "upload-refused"));
    b.workOnce(TaskKind.TRAIN);
    aggregator.pass(Duration.ofMinutes(10));

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(seen(run, a).faults())
        .extracting(Faults::kind, Faults::count)
        .containsExactly(
            tuple(FaultKind.FAILED, 2),
            tuple(FaultKind.SILENT, 1),
            tuple(FaultKind.LATE, 1),
            tuple(FaultKind.REFUSED, 1));
    assertThat(seen(run, a).faults())
        .extracting(Faults::problem)
        .satisfiesExactly(
            failed -> assertThat(failed).isEqualTo("out-of-memory: what went wrong"),
            silent -> assertThat(silent).startsWith("lease-expired: "),
            late -> assertThat(late).startsWith("deadline-missed: TRAIN of round 1"),
            refused -> assertThat(refused).startsWith("tensor-missing: "));
    assertThat(seen(run, a).quarantine()).as("without maxFaults").isNull();
    assertThat(seen(run, b).faults()).isEmpty();
  }

  @Test
  void countsNonsenseOnceWhetherTheWorkerReportsItOrNot() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, b), a);
    ClaimedTask reported = a.claim(TaskKind.TRAIN);
    ClaimedTask silent = b.claim(TaskKind.TRAIN);

    sendNonsense(a, reported);
    a.client().fail(reported, problem(503, "upload-refused"));
    sendNonsense(b, silent);

    for (TinySite site : List.of(a, b)) {
      assertThat(seen(run, site).faults())
          .extracting(Faults::kind, Faults::count)
          .containsExactly(tuple(FaultKind.REFUSED, 1));
    }
  }

  @Test
  void countsReportsThatCannotBeTheAnswer() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).measuredBy(1, null, a), a);
    a.workOnce(TaskKind.TRAIN);
    ClaimedTask task = a.claim(TaskKind.EVALUATE);

    assertThatThrownBy(
            () ->
                a.client()
                    .report(
                        task,
                        new TaskReport.Evaluated(
                            1, 0.5, List.of(new TaskReport.ClassHits("pit", 1, 2)))))
        .isInstanceOf(KumiaiException.Invalid.class);

    assertThat(seen(run, a).faults()).extracting(Faults::kind).containsExactly(FaultKind.REFUSED);
  }

  @Test
  void doesNotBlameASiteWhoseWorkerIsBeingStopped() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).maxFaults(1), a);

    a.client().fail(a.claim(TaskKind.TRAIN), problem(503, Problem.WORKER_STOPPING));

    assertThat(seen(run, a).faults()).isEmpty();
    aggregator.pass(LONGEST_PAUSE);
    a.workOnce(TaskKind.TRAIN);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void siteInQuarantineIsToldToStopAndNotAskedAnyMore() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run =
        aggregator.startInitialized(new TinySpec(a, b).rounds(2).quorum(0.5, 600).maxFaults(2), a);
    ClaimedTask task = a.claim(TaskKind.TRAIN);

    sendNonsense(a, task);
    assertThat(seen(run, a).quarantine()).isNull();
    sendNonsense(a, task);

    assertThat(Objects.requireNonNull(seen(run, a).quarantine()).reason())
        .startsWith("2 faults, the last REFUSED: ");
    assertThat(a.client().heartbeat(task, new Heartbeat(0.5, "on"), LEASE).cancel()).isTrue();
    b.workOnce(TaskKind.TRAIN);
    b.workOnce(TaskKind.TRAIN);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, a).state())
        .isEqualTo(TaskView.State.CANCELLED);
    assertThat(aggregator.client().rounds(run).getLast())
        .returns(2, RoundView::round)
        .extracting(RoundView::tasks)
        .asInstanceOf(InstanceOfAssertFactories.list(TaskView.class))
        .extracting(TaskView::site)
        .containsExactly(b.id());
  }

  @Test
  void anotherSiteIsAskedInPlaceOfOneInQuarantine() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, b).sitesPerRound(1, 0).maxFaults(1), a);
    List<TaskView> tasks =
        Aggregator.await(
            () -> aggregator.view(run).tasks(),
            now -> now.size() == 1 && now.getFirst().kind() == TaskKind.TRAIN);
    TinySite asked = tasks.getFirst().site().equals(a.id()) ? a : b;
    TinySite other = asked == a ? b : a;

    sendNonsense(asked, asked.claim(TaskKind.TRAIN));
    other.workOnce(TaskKind.TRAIN);

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void runWithoutEnoughSitesWaitsUntilSomebodyReleasesThemAndRetries() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, b).rounds(2).maxFaults(1), a);
    b.workOnce(TaskKind.TRAIN);
    a.client().fail(a.claim(TaskKind.TRAIN), problem(503, "disk-full"));

    RunView held = aggregator.await(run, view -> view.phase() == RunPhase.SUSPENDED);
    assertThat(held.reason())
        .contains("TRAIN of round 1 was answered by 1 of the 2 sites it needs")
        .contains("In quarantine: '" + a.id() + "' (1 fault, the last FAILED: disk-full: ")
        .contains("Release")
        .contains("retry");
    assertThat(aggregator.client().release(run, a.id()))
        .returns(null, RunSiteView::quarantine)
        .extracting(RunSiteView::faults)
        .isEqualTo(seen(run, a).faults());
    aggregator.client().retry(run, null);
    for (int round = 1; round <= 2; round++) {
      a.workOnce(TaskKind.TRAIN);
      b.workOnce(TaskKind.TRAIN);
    }

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void siteThatDidNotGenerateBecauseOfItsQuarantineStaysOut() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run =
        aggregator.startInitialized(
            new TinySpec(a, b).quorum(0.5, 600).generating(30).maxFaults(1), a);

    a.client().fail(a.claim(TaskKind.GENERATE), problem(503, "disk-full"));
    aggregator.client().release(run, a.id());
    b.workOnce(TaskKind.GENERATE);
    b.workOnce(TaskKind.TRAIN);

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(aggregator.client().rounds(run).getLast().tasks())
        .extracting(TaskView::site)
        .containsExactly(b.id());
  }

  @Test
  void showsWhatEverySiteGeneratesAndWhoOnlyMeasures() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite judge = aggregator.site("judge", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a).generating(30).measuredBy(1, null, judge));

    assertThat(seen(run, a).trains()).isTrue();
    assertThat(seen(run, a).budget().values().stream().mapToInt(Integer::intValue).sum())
        .isEqualTo(30);
    assertThat(seen(run, a).plan()).isNotNull();
    assertThat(seen(run, a).privateData()).isNotNull();
    assertThat(seen(run, judge).trains()).isFalse();
    assertThat(seen(run, judge).privateData()).isNull();
  }

  @Test
  void releasesOnlySitesOfTheRun() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a));

    assertThat(aggregator.client().release(run, a.id()).quarantine()).isNull();
    assertThatThrownBy(() -> aggregator.client().release(run, new SiteId("nobody")))
        .isInstanceOf(KumiaiException.NotFound.class)
        .extracting("code")
        .isEqualTo("site-not-in-run");
  }
}
