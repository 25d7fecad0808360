package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Cost;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.prompt.IgnoredWords;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.Heartbeat;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Attempts that fail, are silent or come too late, and what a round makes of them.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class FailingTasksTest {

  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Heartbeat ALIVE = new Heartbeat(0.5, "epoch 1 of 2");

  private final Aggregator aggregator;

  @Inject
  FailingTasksTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  private static Problem problem(int status, String code) {
    return new Problem(Problem.TYPE_PREFIX + code, code, status, "what went wrong", List.of());
  }

  @Test
  void triesAgainAfterAPauseWhatMaySucceedLater() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    ClaimedTask first = a.claim(TaskKind.TRAIN);

    a.client().fail(first, problem(503, "disk-full"));

    assertThat(a.tryClaim(Duration.ZERO, TaskKind.TRAIN)).isEmpty();
    aggregator.pass(LONGEST_PAUSE);
    ClaimedTask second = a.workOnce(TaskKind.TRAIN);
    assertThat(second.task()).isEqualTo(first.task());
    assertThat(second.attempt()).isEqualTo(2);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, a).problem())
        .isEqualTo("disk-full: what went wrong");
  }

  @Test
  void givesUpAtOnceWhatTryingAgainCannotMend() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    ClaimedTask task = a.claim(TaskKind.TRAIN);

    a.client().fail(task, problem(400, "dataset-unreadable"));

    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).isEqualTo(RunPhase.FAILED);
    assertThat(end.reason())
        .contains("TRAIN of round 1 was answered by 0 of the 1 sites it needs")
        .contains("site '" + a.id() + "'")
        .contains(task.task().value())
        .contains("dataset-unreadable: what went wrong");
    assertThat(end.finished()).isNotNull();
  }

  @Test
  void givesUpAfterTheLastAttempt() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).maxAttempts(2), a);

    for (int attempt = 1; attempt <= 2; attempt++) {
      a.client().fail(a.claim(TaskKind.TRAIN), problem(500, "out-of-memory"));
      aggregator.pass(LONGEST_PAUSE);
    }

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.FAILED);
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, a))
        .returns(TaskView.State.FAILED, TaskView::state)
        .returns(2, TaskView::attempt);
  }

  @Test
  void refusesAFailureThatIsNeitherFinalNorWorthAnotherAttempt() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    aggregator.startInitialized(new TinySpec(a), a);
    ClaimedTask task = a.claim(TaskKind.TRAIN);

    assertThatThrownBy(() -> a.client().fail(task, problem(200, "fine")))
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting("code")
        .isEqualTo("failure-status-invalid");
  }

  @Test
  void handsTheTaskOfASilentWorkerOutAgainAndRefusesWhatTheOldAttemptSays() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    ClaimedTask old = a.claim(TaskKind.TRAIN);
    Path update = a.update((TaskSpec.Train) old.spec());

    aggregator.pass(LEASE);
    assertStale(() -> a.client().upload(old, update));
    aggregator.pass(LONGEST_PAUSE);
    ClaimedTask fresh = a.claim(TaskKind.TRAIN);

    assertThat(fresh.task()).isEqualTo(old.task());
    assertThat(fresh.attempt()).isEqualTo(2);
    assertStale(() -> a.client().upload(old, update));
    assertStale(() -> a.client().heartbeat(old, ALIVE, LEASE));
    assertStale(() -> a.client().fail(old, problem(500, "late")));
    assertStale(() -> a.client().report(old, new TaskReport.Evaluated(1, 0, List.of())));
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, a).problem()).startsWith("lease-expired: ");
    a.answer(fresh);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void answersAStaleUploadOfManyMegabytesInsteadOfHangingUp(@TempDir Path folder)
      throws IOException {
    TinySite a = aggregator.site("a", 1, 1, 1);
    aggregator.startInitialized(new TinySpec(a), a);
    ClaimedTask old = a.claim(TaskKind.TRAIN);
    Path large = Files.write(folder.resolve("large"), new byte[64 << 20]);

    aggregator.pass(LEASE);

    assertStale(() -> a.client().upload(old, large));
  }

  private static void assertStale(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(KumiaiException.Conflict.class)
        .extracting("code")
        .isEqualTo("attempt-stale");
  }

  @Test
  void refusesReportsThatCannotBeTheAnswer() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    aggregator.startInitialized(new TinySpec(a).generating(30).measuredBy(1, null, a), a);
    ClaimedTask generate = a.claim(TaskKind.GENERATE);
    TaskSpec.Generate plan = (TaskSpec.Generate) generate.spec();
    Digest other = Digest.of(new byte[] {9});

    assertRefused("report-of-another-kind", () -> a.client().report(generate, evaluated(1, 1, 0)));
    assertRefused(
        "report-invalid",
        () -> a.client().report(generate, new TaskReport.Generated(other, plan.budget(), false)));
    assertRefused(
        "report-invalid",
        () ->
            a.client()
                .report(
                    generate,
                    new TaskReport.Generated(plan.planDigest(), Map.of("pit", 99), false)));
    assertRefused("report-invalid", () -> a.client().report(generate, beside(plan, -1, 0, "pit")));
    assertRefused("report-invalid", () -> a.client().report(generate, beside(plan, 0, -1, "pit")));
    assertRefused("report-invalid", () -> a.client().report(generate, beside(plan, 0, 0, "rust")));
    for (IgnoredWords ignored :
        List.of(
            new IgnoredWords(1, List.of("two", "words")),
            new IgnoredWords(1, List.of("a\u001b[2J")),
            new IgnoredWords(1, List.of("x".repeat(41))),
            new IgnoredWords(99, Collections.nCopies(51, "many")))) {
      assertRefused(
          "report-invalid", () -> a.client().report(generate, beside(plan, 0, 0, "pit", ignored)));
    }
    a.answer(generate);
    a.workOnce(TaskKind.TRAIN);
    ClaimedTask evaluate = a.claim(TaskKind.EVALUATE);
    assertRefused("report-invalid", () -> a.client().report(evaluate, evaluated(2, 1, 0)));
    assertRefused("report-invalid", () -> a.client().report(evaluate, evaluated(1, 1, 2)));
    assertRefused("report-invalid", () -> a.client().report(evaluate, evaluated(0, 0, 0)));
  }

  private static TaskReport beside(
      TaskSpec.Generate plan, int dropped, int rejected, String unguided) {
    return beside(plan, dropped, rejected, unguided, IgnoredWords.NONE);
  }

  private static TaskReport beside(
      TaskSpec.Generate plan, int dropped, int rejected, String unguided, IgnoredWords ignored) {
    return new TaskReport.Generated(
        plan.planDigest(),
        plan.budget(),
        false,
        Map.of(DropReason.DUPLICATE, dropped),
        rejected,
        List.of(unguided),
        ignored,
        Cost.NONE,
        null);
  }

  private static TaskReport evaluated(long examples, long ofPit, long hits) {
    return new TaskReport.Evaluated(
        examples, 0.5, List.of(new TaskReport.ClassHits("pit", ofPit, hits)));
  }

  private static void assertRefused(String code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting("code")
        .isEqualTo(code);
  }

  @Test
  void failureWithManyLinesBecomesOne() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    Problem forged =
        new Problem(Problem.TYPE_PREFIX + "x", "x", 400, "one\nrun failed run=other", List.of());

    a.client().fail(a.claim(TaskKind.TRAIN), forged);

    assertThat(aggregator.awaitEnd(run).reason()).contains("x: one run failed run=other");
  }

  @Test
  void heartbeatRenewsTheLeaseAndShowsProgress() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    ClaimedTask task = a.claim(TaskKind.TRAIN);

    for (int beat = 0; beat < 5; beat++) {
      aggregator.pass(LEASE.dividedBy(2));
      assertThat(a.client().heartbeat(task, ALIVE, LEASE).cancel()).isFalse();
    }

    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, a))
        .returns(TaskView.State.CLAIMED, TaskView::state)
        .returns(1, TaskView::attempt)
        .returns(0.5, TaskView::fraction)
        .returns("epoch 1 of 2", TaskView::stage);
  }

  @Test
  void closesARoundAtItsQuorumWhenTheDeadlineHasPassedAndNeverCountsWhatComesLater() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    TinySite c = aggregator.site("c", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, b, c).quorum(0.6, 100), a);
    ClaimedTask late = c.claim(TaskKind.TRAIN);
    a.workOnce(TaskKind.TRAIN);
    b.workOnce(TaskKind.TRAIN);

    aggregator.pass(Duration.ofSeconds(99));
    assertThat(aggregator.view(run).phase()).isEqualTo(RunPhase.TRAINING);
    aggregator.pass(Duration.ofSeconds(1));

    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).isEqualTo(RunPhase.SUCCEEDED);
    ClaimedTask retried = new ClaimedTask(late.task(), run, c.id(), 1, 1, 30, late.spec());
    assertThatThrownBy(() -> c.answer(retried))
        .isInstanceOf(KumiaiException.Gone.class)
        .extracting("code")
        .isEqualTo("update-late");
    assertThat(aggregator.task(run, 1, TaskKind.TRAIN, c))
        .returns(TaskView.State.CANCELLED, TaskView::state)
        .returns(null, TaskView::examples)
        .extracting(TaskView::problem)
        .asString()
        .startsWith("update-late: ");
    assertThat(aggregator.view(run).model()).isEqualTo(end.model());
  }

  @Test
  void closesARoundAtItsQuorumWhenTheOthersAreGivenUp() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, b).quorum(0.5, 600), a);

    b.client().fail(b.claim(TaskKind.TRAIN), problem(422, "broken"));
    a.workOnce(TaskKind.TRAIN);

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void failsWhenTheDeadlinePassesBelowTheQuorum() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, b).quorum(1, 100), a);
    a.workOnce(TaskKind.TRAIN);

    aggregator.pass(Duration.ofSeconds(100));

    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).isEqualTo(RunPhase.FAILED);
    assertThat(end.reason())
        .contains("answered by 1 of the 2 sites it needs within 100 s")
        .contains("site '" + b.id() + "'")
        .contains("no worker has claimed it");
  }

  @Test
  void siteWhoseGenerationFailedTakesNoPartInTheRounds() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a, b).quorum(0.5, 600).generating(30), a);

    b.client().fail(b.claim(TaskKind.GENERATE), problem(404, "generator-unknown"));
    a.workOnce(TaskKind.GENERATE);
    a.workOnce(TaskKind.TRAIN);

    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(aggregator.client().rounds(run).getLast().tasks())
        .extracting(TaskView::site)
        .containsExactly(a.id());
  }

  @Test
  void anotherSiteMakesTheFirstWeightsWhenOneCannot() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a, b));

    a.client().fail(a.claim(TaskKind.INITIALIZE), problem(400, "architecture-unknown"));
    b.workOnce(TaskKind.INITIALIZE);

    assertThat(aggregator.await(run, view -> view.phase() == RunPhase.TRAINING).model())
        .isNotNull();
  }

  @Test
  void failsWhenNobodyCanMeasure() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).measuredBy(1, null, a), a);
    a.workOnce(TaskKind.TRAIN);

    a.client().fail(a.claim(TaskKind.EVALUATE), problem(400, "dataset-empty"));

    RunView end = aggregator.awaitEnd(run);
    assertThat(end.phase()).isEqualTo(RunPhase.FAILED);
    assertThat(end.reason()).contains("EVALUATE of round 1").contains("dataset-empty");
    assertThat(end.model()).isNotNull();
  }
}
