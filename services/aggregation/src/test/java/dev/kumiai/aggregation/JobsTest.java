package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.aggregation.site.EnrolSite;
import dev.kumiai.aggregation.task.Attempts;
import dev.kumiai.aggregation.task.LaunchableTask;
import dev.kumiai.aggregation.task.LaunchableTasks;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSiteView;
import dev.kumiai.protocol.run.RunSiteView.FaultKind;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Runs whose tasks Jobs carry out: what has to be launched, and what becomes of what was. The test
/// launches, with workers that enrol as those of Jobs do.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class JobsTest {

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final String EVICTED = "job-evicted: the node ran out of disk";

  private final Aggregator aggregator;
  private final ChosenJobs jobs;
  private final EnrolSite enrolSite;
  private final LaunchableTasks launchable;
  private final Attempts attempts;

  @Inject
  JobsTest(
      Aggregator aggregator,
      ChosenJobs jobs,
      EnrolSite enrolSite,
      LaunchableTasks launchable,
      Attempts attempts) {
    this.aggregator = aggregator;
    this.jobs = jobs;
    this.enrolSite = enrolSite;
    this.launchable = launchable;
    this.attempts = attempts;
  }

  @BeforeEach
  void launchJobs() {
    jobs.launch(true);
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
    jobs.launch(false);
  }

  private TinySite job(TinySite site, TaskId task) {
    return aggregator.worker(site, enrolSite.inviteForTask(task).enrolmentToken());
  }

  private LaunchableTask onlyTask(RunId run) {
    return Aggregator.await(() -> launchable.of(run), tasks -> tasks.size() == 1).getFirst();
  }

  /// Launches a Job for each task of a run until it is over.
  private RunView carryOut(RunId run, TinySite... sites) {
    Map<SiteId, TinySite> known =
        Stream.of(sites).collect(Collectors.toMap(TinySite::id, Function.identity()));
    Set<TaskId> launched = new HashSet<>();
    return aggregator.await(
        run,
        view -> {
          for (LaunchableTask task : launchable.of(run)) {
            if (launched.add(task.id())) {
              job(Objects.requireNonNull(known.get(task.site())), task.id())
                  .workOnce(TaskKind.values());
            }
          }
          return view.phase().isTerminal();
        });
  }

  @Test
  void jobsEndWithTheSameModelAsAgents() {
    TinySite a = aggregator.site("a", 3, 1, 1);
    TinySite b = aggregator.site("b", 1, 2, 3);
    TinySpec spec = new TinySpec(a, b).rounds(2).generating(30).measuredBy(1, null, a);
    RunId byAgents = aggregator.start(spec);
    RunView expected;
    try (TinyWorkers _ = new TinyWorkers(a, b)) {
      expected = aggregator.awaitEnd(byAgents);
    }

    RunView end = carryOut(aggregator.start(spec.jobs()), a, b);

    assertThat(end)
        .returns(RunPhase.SUCCEEDED, RunView::phase)
        .returns(expected.model(), RunView::model)
        .returns(expected.accuracy(), RunView::accuracy);
  }

  @Test
  void agentsGetNoTaskOfAJob() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId ofJobs = aggregator.start(new TinySpec(a).jobs());
    RunId ofAgents = aggregator.start(new TinySpec(a));

    assertThat(a.claim(TaskKind.INITIALIZE).run()).isEqualTo(ofAgents);
    assertThat(a.tryClaim(Duration.ZERO, TaskKind.INITIALIZE)).isEmpty();
    assertThat(onlyTask(ofJobs).claimed()).isFalse();
  }

  @Test
  void tellsWhatHasToBeLaunched() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a).jobs());

    LaunchableTask first = onlyTask(run);
    assertThat(first)
        .returns(run, LaunchableTask::run)
        .returns(a.id(), LaunchableTask::site)
        .returns(TaskKind.INITIALIZE, LaunchableTask::kind)
        .returns(0, LaunchableTask::round)
        .returns(1, LaunchableTask::attempt)
        .returns(false, LaunchableTask::claimed);

    ClaimedTask claimed = job(a, first.id()).claim(TaskKind.INITIALIZE);
    assertThat(onlyTask(run))
        .returns(1, LaunchableTask::attempt)
        .returns(true, LaunchableTask::claimed);

    attempts.launchFailed(claimed.task(), 1, EVICTED, true);
    LaunchableTask again = onlyTask(run);
    assertThat(again)
        .returns(first.id(), LaunchableTask::id)
        .returns(2, LaunchableTask::attempt)
        .returns(false, LaunchableTask::claimed);
    assertThat(again.notBefore()).isAfter(first.notBefore());
  }

  @Test
  void nothingIsBegunInARunThatIsSuspendedOrOver() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a, b).jobs());
    job(a, onlyTask(run).id()).workOnce(TaskKind.INITIALIZE);
    List<LaunchableTask> both =
        Aggregator.await(() -> launchable.of(run), tasks -> tasks.size() == 2);
    TinySite waiting = job(b, both.get(1).id());
    job(a, both.getFirst().id()).claim(TaskKind.TRAIN);

    aggregator.client().suspend(run);
    assertThat(launchable.of(run))
        .singleElement()
        .returns(a.id(), LaunchableTask::site)
        .returns(true, LaunchableTask::claimed);
    assertThat(waiting.tryClaim(Duration.ZERO, TaskKind.TRAIN)).isEmpty();

    aggregator.client().resume(run);
    assertThat(launchable.of(run)).hasSize(2);
    assertThat(waiting.claim(TaskKind.TRAIN).task()).isEqualTo(both.get(1).id());

    aggregator.client().cancel(run);
    assertThat(launchable.of(run)).isEmpty();
  }

  @Test
  void launchesNothingForAgents() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a));
    aggregator.await(run, view -> !view.tasks().isEmpty());

    assertThat(launchable.of(run)).isEmpty();
    assertThatThrownBy(() -> launchable.of(RunId.random()))
        .isInstanceOf(KumiaiException.NotFound.class);
  }

  @Test
  void aLaunchThatFailedCountsAsAnAttemptThoughNobodyClaimedTheTask() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a).maxAttempts(2).jobs());
    TaskId task = onlyTask(run).id();

    attempts.launchFailed(task, 1, "job-unschedulable: no node\nhas a GPU", true);
    assertThat(aggregator.task(run, 0, TaskKind.INITIALIZE, a))
        .returns(TaskView.State.PENDING, TaskView::state)
        .returns(1, TaskView::attempt)
        .returns("job-unschedulable: no node has a GPU", TaskView::problem);

    // The same again, and what came too late, is no news.
    attempts.launchFailed(task, 1, EVICTED, true);
    attempts.launchFailed(task, 3, EVICTED, true);
    assertThat(onlyTask(run).attempt()).isEqualTo(2);

    attempts.launchFailed(task, 2, "job-image-missing: no such image", true);
    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).isEqualTo(RunPhase.FAILED);
    assertThat(end.reason()).contains("job-image-missing: no such image");
    attempts.launchFailed(task, 2, EVICTED, true);
    assertThat(aggregator.view(run)).isEqualTo(end);
  }

  @Test
  void anAttemptWhoseJobIsGoneEndsAtOnceAndItsSiteIsNotAtFault() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a).maxFaults(1).jobs());
    TaskId task = onlyTask(run).id();
    TinySite evicted = job(a, task);
    ClaimedTask first = evicted.claim(TaskKind.INITIALIZE);

    attempts.launchFailed(task, 1, EVICTED, true);
    aggregator.pass(LONGEST_PAUSE);
    assertThatThrownBy(() -> evicted.answer(first))
        .isInstanceOf(KumiaiException.Conflict.class)
        .extracting("code")
        .isEqualTo("attempt-stale");
    ClaimedTask second = job(a, task).claim(TaskKind.INITIALIZE);

    assertThat(second.attempt()).isEqualTo(2);
    // A node that is gone tells nobody: the lease runs out, and the site is not at fault, either.
    aggregator.pass(LONGEST_PAUSE);
    aggregator.pass(LONGEST_PAUSE);
    assertThat(aggregator.task(run, 0, TaskKind.INITIALIZE, a).problem())
        .startsWith("lease-expired: ");
    job(a, task).workOnce(TaskKind.INITIALIZE);
    assertThat(aggregator.client().sites(run))
        .singleElement()
        .satisfies(site -> assertThat(site.faults()).isEmpty())
        .returns(null, RunSiteView::quarantine);
  }

  @Test
  void aSiteIsNotAtFaultForAJobThatDidNotRunBeforeTheDeadline() {
    TinySite slow = aggregator.site("slow", 1, 1, 1);
    TinySite stuck = aggregator.site("stuck", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(slow, stuck).quorum(1, 60).lease(600).jobs());
    LaunchableTask first = onlyTask(run);
    job(first.site().equals(slow.id()) ? slow : stuck, first.id()).workOnce(TaskKind.INITIALIZE);
    List<LaunchableTask> both =
        Aggregator.await(() -> launchable.of(run), tasks -> tasks.size() == 2);
    attempts.launchWaits(both.get(1).id(), 1, "Unschedulable: no node has a GPU");
    job(slow, both.getFirst().id()).claim(TaskKind.TRAIN);

    aggregator.pass(Duration.ofSeconds(61));

    assertThat(aggregator.awaitEnd(run))
        .returns(RunPhase.FAILED, RunView::phase)
        .extracting(RunView::reason)
        .asString()
        .contains("Unschedulable: no node has a GPU");
    Map<SiteId, List<FaultKind>> faults =
        aggregator.client().sites(run).stream()
            .collect(
                Collectors.toMap(
                    RunSiteView::site,
                    site -> site.faults().stream().map(RunSiteView.Faults::kind).toList()));
    assertThat(faults)
        .containsEntry(slow.id(), List.of(FaultKind.LATE))
        .containsEntry(stuck.id(), List.of());
  }

  @Test
  void whatIsWaitedForIsToldAndMayBeClaimedAllTheSame() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a).jobs());
    TaskId task = onlyTask(run).id();
    attempts.launchWaits(task, 2, "ImagePullBackOff: of another attempt");

    attempts.launchWaits(task, 1, "Unschedulable: no node\nhas a GPU");

    assertThat(aggregator.task(run, 0, TaskKind.INITIALIZE, a))
        .returns(TaskView.State.PENDING, TaskView::state)
        .returns(0, TaskView::attempt)
        .returns("Unschedulable: no node has a GPU", TaskView::problem);
    assertThat(onlyTask(run).attempt()).isEqualTo(1);
    assertThat(job(a, task).workOnce(TaskKind.INITIALIZE).attempt()).isEqualTo(1);
  }

  @Test
  void whatAnotherAttemptCannotMendIsNotTriedAgain() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a).jobs());
    TaskId task = onlyTask(run).id();
    job(a, task).claim(TaskKind.INITIALIZE);

    attempts.launchFailed(task, 1, "job-forbidden: namespace 'x' takes no such pod", false);

    assertThat(aggregator.awaitEnd(run))
        .returns(RunPhase.FAILED, RunView::phase)
        .extracting(RunView::reason)
        .asString()
        .contains("job-forbidden: namespace 'x' takes no such pod");
    assertThatThrownBy(() -> attempts.launchFailed(TaskId.random(), 1, EVICTED, true))
        .isInstanceOf(KumiaiException.NotFound.class);
  }
}
