package dev.kumiai.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.worker.PlayedAggregator.Told;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What goes wrong at a site, on the way or at the aggregator, and how its loop takes it.
@Timeout(60)
final class SiteLoopTroubleTest extends SiteLoopFixture {

  @Test
  void stopsAtTheNextBatchWhenTheAggregatorCancels() throws Exception {
    BlockingQueue<Throwable> ended = new LinkedBlockingQueue<>();
    loop(SITE, (_, bench) -> workUntilCancelled(bench, ended));
    ClaimedTask task = aggregator.offer(SITE);

    aggregator.cancel(task);

    assertThat(ended.poll(20, TimeUnit.SECONDS)).isInstanceOf(KumiaiException.Cancelled.class);
    assertThat(nextTaskIsDone()).doesNotHaveAnyElementsOfTypes(Told.Failed.class);
  }

  @Test
  void abandonsTheWorkQuietlyWhenItsLeaseIsLost() throws Exception {
    BlockingQueue<Throwable> ended = new LinkedBlockingQueue<>();
    loop(SITE, (_, bench) -> workUntilCancelled(bench, ended));
    ClaimedTask task = aggregator.offer(SITE);
    aggregator.await(Told.Beat.class);

    aggregator.close(task, 409, "attempt-stale");

    assertThat(ended.poll(20, TimeUnit.SECONDS)).isInstanceOf(KumiaiException.Cancelled.class);
    assertThat(nextTaskIsDone()).doesNotHaveAnyElementsOfTypes(Told.Failed.class);
  }

  @Test
  void goesOnAfterAnAnswerThatCameTooLate() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    loop(
        SITE,
        (_, _) -> {
          await(closed);
          return new TaskResult.Report(REPORT);
        });
    ClaimedTask late = aggregator.offer(SITE);
    aggregator.close(late, 410, "task-over");
    closed.countDown();

    ClaimedTask next = aggregator.offer(SITE);

    assertThat(aggregator.await(Told.Reported.class).task()).isEqualTo(next.task());
  }

  @Test
  void tellsThatAMistakeInTheTaskCannotBeMendedByTryingAgain() throws Exception {
    loop(
        SITE,
        (_, _) -> {
          throw new KumiaiException.NotFound("dataset-missing", "there is no such data set");
        });

    aggregator.offer(SITE);

    assertThat(aggregator.await(Told.Failed.class).problem())
        .satisfies(
            problem -> {
              assertThat(problem.status()).isBetween(400, 499);
              assertThat(problem.code()).isEqualTo("dataset-missing");
              assertThat(problem.detail()).isEqualTo("there is no such data set");
            });
  }

  @Test
  void doesNotTellWhereASiteKeepsItsData() throws Exception {
    loop(
        SITE,
        (_, bench) -> {
          throw new KumiaiException.Invalid("class-unknown", bench.site().path() + "/private/x");
        });

    aggregator.offer(SITE);

    assertThat(aggregator.await(Told.Failed.class).problem().detail())
        .isEqualTo("plant-a/private/x");
  }

  @Test
  void tellsNothingOfAnUnexpectedErrorButThatItMayBeTriedAgain() throws Exception {
    loop(
        SITE,
        (_, _) -> {
          throw new IllegalStateException("secret sample 17");
        });

    aggregator.offer(SITE);

    assertThat(aggregator.await(Told.Failed.class).problem())
        .satisfies(
            problem -> {
              assertThat(problem.status()).isEqualTo(500);
              assertThat(problem.toString()).doesNotContain("secret").doesNotContain("at dev.");
            });
  }

  @Test
  void goesOnAfterRunningOutOfMemory() throws Exception {
    loop(
        SITE,
        (task, _) -> {
          if (task.round() == 1 && task.attempt() == 1) {
            throw new OutOfMemoryError("native");
          }
          return new TaskResult.Report(REPORT);
        });
    ClaimedTask big = aggregator.offer(SITE);
    Told.Failed failed = aggregator.await(Told.Failed.class);

    aggregator.offer(SITE, big.spec(), 2);

    assertThat(failed.problem().code()).isEqualTo("worker-out-of-memory");
    assertThat(aggregator.await(Told.Reported.class).attempt()).isEqualTo(2);
  }

  @Test
  void keepsAResultUntilTheAggregatorIsBack() throws Exception {
    loop(
        SITE,
        (_, _) -> {
          aggregator.failWith(503, "starting");
          return new TaskResult.Report(REPORT);
        });
    ClaimedTask task = aggregator.offer(SITE);
    while (aggregator.refusals() < 3) {
      Thread.onSpinWait();
    }

    aggregator.recover();

    assertThat(aggregator.await(Told.Reported.class).task()).isEqualTo(task.task());
  }

  @Test
  void enrolsAgainWhenTheAggregatorHasForgottenTheSite() throws Exception {
    loop(SITE, (_, _) -> new TaskResult.Report(REPORT));
    aggregator.await(Told.Announced.class);

    aggregator.forgetSites();

    aggregator.offer(SITE);
    aggregator.await(Told.Announced.class);
    aggregator.await(Told.Reported.class);
  }

  @Test
  void keepsAskingWithAWrongTokenWithoutGettingIn() throws Exception {
    SiteLoop loop =
        new SiteLoop(
            SITE, setting("wrong", aggregator.uri(), Duration.ofSeconds(5), (_, _) -> null));
    open.add(loop);
    loop.start();
    while (aggregator.refusals() < 3) {
      Thread.onSpinWait();
    }

    assertThat(loop.isEnrolled()).isFalse();
    assertThat(loop.isAlive()).isTrue();
  }
}
