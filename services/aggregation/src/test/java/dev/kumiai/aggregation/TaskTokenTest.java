package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;

import dev.kumiai.aggregation.site.EnrolSite;
import dev.kumiai.aggregation.task.Attempts;
import dev.kumiai.aggregation.task.LaunchableTasks;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.ledger.LedgerEntry;
import dev.kumiai.protocol.signature.SiteKey;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.Heartbeat;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tokens that let a Job's worker in for one task.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class TaskTokenTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Heartbeat ALIVE = new Heartbeat(0.5, "epoch 1 of 2");

  private final Aggregator aggregator;
  private final ChosenJobs jobs;
  private final EnrolSite enrolSite;
  private final LaunchableTasks launchable;
  private final Attempts attempts;
  private final Tables tables;
  private final MovableClock clock;

  @Inject
  TaskTokenTest(
      Aggregator aggregator,
      ChosenJobs jobs,
      EnrolSite enrolSite,
      LaunchableTasks launchable,
      Attempts attempts,
      Tables tables,
      MovableClock clock) {
    this.aggregator = aggregator;
    this.jobs = jobs;
    this.enrolSite = enrolSite;
    this.launchable = launchable;
    this.attempts = attempts;
    this.tables = tables;
    this.clock = clock;
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

  private String invite(TaskId task) {
    return enrolSite.inviteForTask(task).enrolmentToken();
  }

  private TinySite job(TinySite site, TaskId task) {
    return aggregator.worker(site, invite(task));
  }

  private TaskId onlyTask(RunId run) {
    return Aggregator.await(() -> launchable.of(run), tasks -> tasks.size() == 1).getFirst().id();
  }

  private TaskId start(TinySite site) {
    return onlyTask(aggregator.start(new TinySpec(site).jobs()));
  }

  private static void assertRefused(
      ThrowingCallable call, Class<? extends KumiaiException> kind, String code) {
    assertThatThrownBy(call).isInstanceOf(kind).extracting("code").isEqualTo(code);
  }

  private static void assertRefused(ValidatableResponse response, int status, String code) {
    response.statusCode(status).body("type", equalTo(Problem.TYPE_PREFIX + code));
  }

  @Test
  void claimsItsTaskAndNoOther() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    aggregator.start(new TinySpec(a));
    TaskId other = start(a);
    TaskId own = start(a);
    TinySite job = job(a, own);

    ClaimedTask task = job.claim(TaskKind.values());

    assertThat(task.task()).isEqualTo(own).isNotEqualTo(other);
    assertThat(job.tryClaim(Duration.ZERO, TaskKind.values())).isEmpty();
    job.answer(task);
    assertRefused(
        () -> job.tryClaim(Duration.ZERO, TaskKind.values()),
        KumiaiException.Gone.class,
        "task-token-over");
  }

  @Test
  void ofJobsOfOneTaskOneGetsIt() throws Exception {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TaskId task = start(a);
    List<Callable<Optional<ClaimedTask>>> claims = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      TinySite job = job(a, task);
      claims.add(() -> job.tryClaim(Duration.ZERO, TaskKind.INITIALIZE));
    }
    List<ClaimedTask> claimed = new ArrayList<>();

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Optional<ClaimedTask>> claim : threads.invokeAll(claims)) {
        claim.get().ifPresent(claimed::add);
      }
    }

    assertThat(claimed).singleElement().returns(1, ClaimedTask::attempt);
  }

  @Test
  void speaksForItsTaskAlone() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ClaimedTask other = job(a, start(a)).claim(TaskKind.INITIALIZE);
    TinySite job = job(a, start(a));
    Path weights = job.file("initial");
    TinyModel.write(weights, TinyModel.initial(1));
    List<ThrowingCallable> calls =
        List.of(
            () -> job.client().heartbeat(other, ALIVE, LONG),
            () -> job.client().upload(other, weights),
            () -> job.client().report(other, new TaskReport.Evaluated(1, 0, List.of())),
            () ->
                job.client()
                    .fail(other, new Problem(Problem.TYPE_PREFIX + "x", "x", 503, "x", List.of())));

    for (ThrowingCallable call : calls) {
      assertRefused(call, KumiaiException.Forbidden.class, "task-of-another-token");
    }
    assertRefused(
        () -> job.announce(0, 9, 9, 9), KumiaiException.Forbidden.class, "site-token-of-a-task");
    assertThat(aggregator.client().site(a.id()).datasets().getFirst().total()).isEqualTo(3);
  }

  @Test
  void aWorkerThatCannotDoItsTaskIsToldSo() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite job = job(a, start(a));

    assertRefused(
        () -> job.tryClaim(LONG, TaskKind.GENERATE),
        KumiaiException.Conflict.class,
        "task-of-another-kind");
  }

  @Test
  void waitsForTheEndOfAPauseAndForTheEndOfTheTask() throws Exception {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TaskId task = start(a);
    TinySite first = job(a, task);
    TinySite second = job(a, task);
    attempts.launchFailed(task, 1, "job-evicted: gone", true);
    try (ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Optional<ClaimedTask>> claim =
          waiting.submit(() -> first.tryClaim(LONG, TaskKind.INITIALIZE));
      // The pause is a second, and no tick of the clock rings a bell.
      ClaimedTask claimed = claim.get().orElseThrow();
      assertThat(claimed.attempt()).isEqualTo(2);

      Future<Optional<ClaimedTask>> tooMany =
          waiting.submit(() -> second.tryClaim(LONG, TaskKind.INITIALIZE));
      first.answer(claimed);

      assertThatThrownBy(tooMany::get)
          .cause()
          .isInstanceOf(KumiaiException.Gone.class)
          .extracting("code")
          .isEqualTo("task-token-over");
    }
  }

  @Test
  void letsOneKeyOfItsSiteInAndOnlyWhileTheTaskIsWanted() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    TaskId task = start(a);
    String token = invite(task);
    String site = a.id().value();

    assertRefused(
        RawEnrolment.enrol(b.id().value(), token, b.key()), 403, "invitation-for-another");
    RawEnrolment.enrol(site, token, a.key()).statusCode(201);
    RawEnrolment.enrol(site, token, a.key()).statusCode(201);
    assertRefused(RawEnrolment.enrol(site, token, SiteKey.make()), 403, "invitation-used");

    String unused = invite(task);
    job(a, task).workOnce(TaskKind.INITIALIZE);
    assertRefused(RawEnrolment.enrol(site, token, a.key()), 410, "task-token-over");
    assertRefused(RawEnrolment.enrol(site, unused, SiteKey.make()), 410, "task-token-over");
    assertRefused(() -> invite(task), KumiaiException.Gone.class, "task-token-over");
    assertRefused(() -> invite(TaskId.random()), KumiaiException.NotFound.class, "task-unknown");
  }

  /// The first Job at a site makes the site's key.
  @Test
  void letsANewKeyOfItsSiteIn() {
    TinySite a = aggregator.site("a", 1, 1, 1);

    RawEnrolment.enrol(a.id().value(), invite(start(a)), SiteKey.make()).statusCode(201);

    assertThat(aggregator.client().siteKeys(a.id())).hasSize(2);
  }

  @Test
  void isGoodUntilTheDeadlineAndAnHour() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a).quorum(1, 7200).jobs());
    String token = invite(onlyTask(run));

    clock.pass(Duration.ofHours(3).minusMinutes(1));
    String later = invite(onlyTask(run));
    RawEnrolment.enrol(a.id().value(), later, a.key()).statusCode(201);
    clock.pass(Duration.ofMinutes(1));

    assertRefused(
        RawEnrolment.enrol(a.id().value(), token, SiteKey.make()), 401, "invitation-expired");
  }

  @Test
  void aSiteThatIsShutOutDoesNotComeBackByATaskOfBefore() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TaskId task = start(a);
    String token = invite(task);
    TinySite job = job(a, task);

    aggregator.client().revoke(a.id());

    assertRefused(
        RawEnrolment.enrol(a.id().value(), token, SiteKey.make()), 410, "task-token-over");
    assertRefused(
        () -> job.tryClaim(Duration.ZERO, TaskKind.INITIALIZE),
        KumiaiException.Unauthenticated.class,
        "site-token-unknown");
  }

  @Test
  void answersMayBeRepeatedForAWhileAndThenTheTokenIsForgotten() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a).jobs());
    TaskId initialize = onlyTask(run);
    job(a, initialize).workOnce(TaskKind.INITIALIZE);
    TaskId train =
        Aggregator.await(
                () -> launchable.of(run),
                tasks -> tasks.size() == 1 && tasks.getFirst().kind() == TaskKind.TRAIN)
            .getFirst()
            .id();
    TinySite job = job(a, train);
    String unused = invite(train);
    ClaimedTask task = job.claim(TaskKind.TRAIN);
    Path update = job.update((TaskSpec.Train) task.spec());
    job.client().upload(task, update);
    aggregator.awaitEnd(run);

    aggregator.pass(Duration.ofMinutes(9));
    job.client().upload(task, update);
    aggregator.pass(Duration.ofMinutes(2));

    assertRefused(
        () -> job.client().upload(task, update),
        KumiaiException.Unauthenticated.class,
        "site-token-unknown");
    assertRefused(
        RawEnrolment.enrol(a.id().value(), unused, a.key()), 401, "enrolment-token-wrong");
    for (String table : List.of("site_token", "invitation")) {
      assertThat(
              tables.query(
                  "select task from " + table + " where task in (?, ?)",
                  train.value(),
                  initialize.value()))
          .isEmpty();
    }
    assertThat(aggregator.client().verifyLedger(null).findings())
        .filteredOn(finding -> finding.where().contains("site_token"))
        .isEmpty();
    assertThat(tables.query("select type from ledger_entry where chain = ?", LedgerEntry.AUDIT))
        .contains(List.of("site_token.removed"), List.of("invitation.removed"));
  }
}
