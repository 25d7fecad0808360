package dev.kumiai.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.TaskId;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.worker.PlayedAggregator.Told;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SiteLoopTest extends SiteLoopFixture {

  @Test
  void enrolsAndTellsWhatTheSiteHolds() throws Exception {
    SiteLoop loop = loop(SITE, (_, _) -> new TaskResult.Report(REPORT));

    assertThat(aggregator.await(Told.Announced.class)).isEqualTo(new Told.Announced(SITE, COUNTS));

    aggregator.offer(SITE);
    aggregator.await(Told.Reported.class);
    assertThat(loop.isEnrolled()).isTrue();
    assertThat(loop.isAlive()).isTrue();
  }

  @Test
  void waitsForAnAggregatorThatStartsLater() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    SiteLoop loop =
        loop(
            SITE,
            URI.create("http://127.0.0.1:" + port),
            Duration.ofSeconds(5),
            (_, _) -> new TaskResult.Report(REPORT));
    assertThat(loop.isEnrolled()).isFalse();

    try (PlayedAggregator late = new PlayedAggregator(port)) {
      assertThat(late.await(Told.Enrolled.class).site()).isEqualTo(SITE);
      loop.close();
    }
  }

  @Test
  void uploadsTheWeightsThatTheWorkMade() throws Exception {
    byte[] weights = {1, 2, 3};
    loop(SITE, (_, bench) -> new TaskResult.Weights(write(bench.folder(), weights)));

    ClaimedTask task = aggregator.offer(SITE);

    assertThat(aggregator.await(Told.Uploaded.class))
        .isEqualTo(new Told.Uploaded(task.task(), 1, Digest.of(weights)));
  }

  @Test
  void deletesTheAttemptsFolderAfterwards() throws Exception {
    loop(SITE, (_, bench) -> new TaskResult.Weights(write(bench.folder(), new byte[9])));
    aggregator.offer(SITE);
    aggregator.await(Told.Uploaded.class);

    aggregator.offer(SITE);
    aggregator.await(Told.Uploaded.class);

    closeLoops();
    assertThat(root.resolve("work").resolve("attempts")).isEmptyDirectory();
  }

  @Test
  void bringsTheModelThatTheWorkAsksFor() throws Exception {
    byte[] model = {4, 5, 6};
    Digest digest = aggregator.store(model);
    loop(SITE, (_, bench) -> new TaskResult.Weights(bench.models().apply(digest)));

    aggregator.offer(SITE);

    assertThat(aggregator.await(Told.Uploaded.class).digest()).isEqualTo(digest);
  }

  @Test
  void tellsHowFarTheWorkIs() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    loop(
        SITE,
        (_, bench) -> {
          bench.progress().report(0.25, "epoch 1 of 4");
          await(seen);
          return new TaskResult.Report(REPORT);
        });

    aggregator.offer(SITE);

    Told.Beat beat = aggregator.await(Told.Beat.class);
    seen.countDown();
    assertThat(beat.heartbeat().fraction()).isEqualTo(0.25);
    assertThat(beat.heartbeat().stage()).isEqualTo("epoch 1 of 4");
  }

  @Test
  void beatsSoonAtFirstHoweverLongTheLease() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    loop(
        SITE,
        (_, bench) -> {
          await(seen);
          return new TaskResult.Report(REPORT);
        });

    aggregator.offer(SITE, 3_600);

    aggregator.await(Told.Beat.class);
    seen.countDown();
  }

  @Test
  void givesTheTaskBackWhenItIsClosed() throws Exception {
    BlockingQueue<Throwable> ended = new LinkedBlockingQueue<>();
    SiteLoop loop = loop(SITE, (_, bench) -> workUntilCancelled(bench, ended));
    ClaimedTask task = aggregator.offer(SITE);
    aggregator.await(Told.Beat.class);
    Instant asked = Instant.now();

    loop.close();

    assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(5));
    assertThat(loop.isAlive()).isFalse();
    assertThat(aggregator.await(Told.Failed.class))
        .satisfies(
            failed -> {
              assertThat(failed.task()).isEqualTo(task.task());
              assertThat(failed.problem().status()).isEqualTo(503);
              assertThat(failed.problem().code()).isEqualTo("worker-stopping");
            });
    assertThat(ended.poll(20, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void endsAtOnceWhenItIsClosedWhileItWaitsForWork() throws Exception {
    SiteLoop loop = loop(SITE, (_, _) -> new TaskResult.Report(REPORT));
    aggregator.await(Told.Announced.class);
    Instant asked = Instant.now();

    loop.close();

    assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(3));
    assertThat(loop.isAlive()).isFalse();
  }

  @Test
  void letsOneSiteWorkAtATimeAndLeavesTheOthersTasksAtTheAggregator() throws Exception {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch first = new CountDownLatch(1);
    BiFunction<ClaimedTask, Workbench, TaskResult> work =
        (task, _) -> {
          order.add("begin " + task.task());
          await(first);
          order.add("end " + task.task());
          return new TaskResult.Report(REPORT);
        };
    ClaimedTask a = aggregator.offer(SITE);
    ClaimedTask b = aggregator.offer(OTHER);
    loop(SITE, aggregator.uri(), Duration.ZERO, work);
    loop(OTHER, aggregator.uri(), Duration.ZERO, work);
    Told.Beat beat = aggregator.await(Told.Beat.class);
    long waiting = aggregator.waiting();

    first.countDown();

    assertThat(waiting).isEqualTo(1);
    // The second is quick, so its report may come before the first's.
    assertThat(
            List.of(
                aggregator.await(Told.Reported.class).task(),
                aggregator.await(Told.Reported.class).task()))
        .containsExactlyInAnyOrder(a.task(), b.task());
    TaskId one = beat.task();
    TaskId other = one.equals(a.task()) ? b.task() : a.task();
    assertThat(order)
        .containsExactly("begin " + one, "end " + one, "begin " + other, "end " + other);
  }
}
