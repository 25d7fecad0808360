package dev.kumiai.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.worker.PlayedAggregator.Told;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a process does that is there for one thing.
@Timeout(60)
final class OneShotTest extends SiteLoopFixture {

  private static final Duration WAIT = Duration.ofSeconds(5);

  private OneShot shot(BiFunction<ClaimedTask, Workbench, TaskResult> work) {
    return shot(PlayedAggregator.TOKEN, aggregator.uri(), work);
  }

  private OneShot shot(String token, URI uri, BiFunction<ClaimedTask, Workbench, TaskResult> work) {
    OneShot shot = new OneShot(SITE, setting(token, uri, WAIT, work));
    open.add(shot);
    return shot;
  }

  private static TaskResult report(ClaimedTask task, Workbench bench) {
    return new TaskResult.Report(REPORT);
  }

  @Test
  void doesOneTaskAndAnnouncesNothing() throws Exception {
    ClaimedTask task = aggregator.offer(SITE);
    aggregator.offer(SITE);

    boolean done = shot(OneShotTest::report).doTask();

    assertThat(done).isTrue();
    assertThat(aggregator.rest())
        .filteredOn(told -> !(told instanceof Told.Beat))
        .containsExactly(
            new Told.Enrolled(SITE), new Told.Reported(task.task(), task.attempt(), REPORT));
    assertThat(aggregator.waiting()).isEqualTo(1);
    assertThat(root.resolve("work").resolve("attempts")).isEmptyDirectory();
  }

  @Test
  void waitsForItsTask() throws Exception {
    CompletableFuture<Boolean> done =
        CompletableFuture.supplyAsync(shot(OneShotTest::report)::doTask);
    aggregator.await(Told.Enrolled.class);

    aggregator.offer(SITE);

    assertThat(done.get(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void waitsForAnAggregatorThatStartsLater() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    OneShot shot =
        shot(PlayedAggregator.TOKEN, URI.create("http://127.0.0.1:" + port), OneShotTest::report);
    CompletableFuture<Boolean> done = CompletableFuture.supplyAsync(shot::doTask);

    try (PlayedAggregator late = new PlayedAggregator(port)) {
      late.offer(SITE);
      assertThat(done.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aTaskThatFailedIsToldAndIsNotDone() throws Exception {
    ClaimedTask task = aggregator.offer(SITE);

    boolean done =
        shot((_, _) -> {
              throw new KumiaiException.Invalid("dataset-missing", "no data set");
            })
            .doTask();

    assertThat(done).isFalse();
    assertThat(aggregator.await(Told.Failed.class).task()).isEqualTo(task.task());
  }

  @Test
  void anAnswerThatNobodyWantsAnyMoreIsNotDone() throws Exception {
    ClaimedTask task = aggregator.offer(SITE);

    boolean done =
        shot((_, _) -> {
              aggregator.close(task, 410, "task-over");
              return new TaskResult.Report(REPORT);
            })
            .doTask();

    assertThat(done).isFalse();
  }

  @Test
  void aTaskThatWasBegunIsNotBegunAgainThoughTheAnswerDidNotGetThrough() throws Exception {
    aggregator.offer(SITE);
    aggregator.offer(SITE);

    boolean done =
        shot((_, _) -> {
              aggregator.failWith(503, "database-away");
              return new TaskResult.Report(REPORT);
            })
            .doTask();

    assertThat(done).isFalse();
    assertThat(aggregator.waiting()).isEqualTo(1);
  }

  @Test
  void takesNoForAnAnswer() throws Exception {
    OneShot shot = shot(OneShotTest::report);
    CompletableFuture<Boolean> done = CompletableFuture.supplyAsync(shot::doTask);
    aggregator.await(Told.Enrolled.class);

    aggregator.failWith(410, "task-token-over");

    assertThat(done.get(20, TimeUnit.SECONDS)).isFalse();
  }

  @Test
  void aTokenThatIsWrongIsNotShownAgain() {
    boolean done = shot("another token", aggregator.uri(), OneShotTest::report).doTask();

    assertThat(done).isFalse();
    assertThat(aggregator.refusals()).isEqualTo(1);
  }

  @Test
  void givesItsTaskBackWhenItIsClosed() throws Exception {
    BlockingQueue<Throwable> cancelled = new LinkedBlockingQueue<>();
    ClaimedTask task = aggregator.offer(SITE);
    OneShot shot = shot((_, bench) -> workUntilCancelled(bench, cancelled));
    CompletableFuture<Boolean> done = CompletableFuture.supplyAsync(shot::doTask);
    aggregator.await(Told.Beat.class);

    shot.close();

    assertThat(done.get(20, TimeUnit.SECONDS)).isFalse();
    assertThat(cancelled.poll(20, TimeUnit.SECONDS)).isNotNull();
    assertThat(aggregator.await(Told.Failed.class))
        .returns(task.task(), Told.Failed::task)
        .satisfies(failed -> assertThat(failed.problem().code()).isEqualTo("worker-stopping"));
  }

  @Test
  void endsAtOnceWhenItIsClosedWhileItWaits() throws Exception {
    OneShot shot = shot(OneShotTest::report);
    CountDownLatch over = new CountDownLatch(1);
    CompletableFuture<Boolean> done =
        CompletableFuture.supplyAsync(
            () -> {
              boolean taken = shot.doTask();
              over.countDown();
              return taken;
            });
    aggregator.await(Told.Enrolled.class);

    shot.close();

    assertThat(over.await(3, TimeUnit.SECONDS)).isTrue();
    assertThat(done.join()).isFalse();
  }

  @Test
  void tellsWhatTheSiteHoldsAndEnds() throws Exception {
    aggregator.offer(SITE);

    boolean done = shot(OneShotTest::report).announce();

    assertThat(done).isTrue();
    assertThat(aggregator.rest())
        .containsExactly(new Told.Enrolled(SITE), new Told.Announced(SITE, COUNTS));
    assertThat(aggregator.waiting()).isEqualTo(1);
  }

  @Test
  void anAnnouncementThatIsRefusedIsNotDone() {
    assertThat(shot("another token", aggregator.uri(), OneShotTest::report).announce()).isFalse();
  }
}
