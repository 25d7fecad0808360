package dev.kumiai.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.client.Backoff;
import dev.kumiai.protocol.client.Timing;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.worker.PlayedAggregator.Told;
import dev.kumiai.worker.telemetry.TaskTelemetry;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SiteLoopTest {

  private static final SiteId SITE = new SiteId("plant-a");
  private static final SiteId OTHER = new SiteId("plant-b");
  private static final DatasetCounts COUNTS = new DatasetCounts("castings", Map.of("pit", 3), 1);
  private static final Backoff QUICK = new Backoff(Duration.ofMillis(2), Duration.ofMillis(20));
  private static final TaskReport REPORT =
      new TaskReport.Generated(Digest.of(new byte[1]), Map.of("pit", 1), false);

  @TempDir private Path root;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Device device = new Device();
  private PlayedAggregator aggregator;

  @BeforeEach
  void start() throws IOException {
    aggregator = new PlayedAggregator();
    open.add(device);
    open.add(aggregator);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
  }

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
        (_, _) -> {
          order.add("begin");
          await(first);
          order.add("end");
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
    assertThat(
            List.of(
                aggregator.await(Told.Reported.class).task(),
                aggregator.await(Told.Reported.class).task()))
        .containsExactlyInAnyOrder(a.task(), b.task())
        .startsWith(beat.task());
    assertThat(order).containsExactly("begin", "end", "begin", "end");
  }

  private List<Told> nextTaskIsDone() throws InterruptedException {
    List<Told> before = aggregator.rest();
    aggregator.offer(SITE);
    aggregator.await(Told.Beat.class);
    return before;
  }

  private static TaskResult workUntilCancelled(Workbench bench, BlockingQueue<Throwable> ended) {
    try {
      for (long batch = 0; ; batch++) {
        bench.progress().report(0.5, "batch " + batch);
      }
    } catch (KumiaiException.Cancelled e) {
      ended.add(e);
      throw e;
    }
  }

  private SiteLoop loop(SiteId site, BiFunction<ClaimedTask, Workbench, TaskResult> work) {
    return loop(site, aggregator.uri(), Duration.ofSeconds(5), work);
  }

  private SiteLoop loop(
      SiteId site, URI uri, Duration wait, BiFunction<ClaimedTask, Workbench, TaskResult> work) {
    SiteLoop loop = new SiteLoop(site, setting(PlayedAggregator.TOKEN, uri, wait, work));
    open.add(loop);
    loop.start();
    return loop;
  }

  private SiteLoop.Setting setting(
      String token, URI uri, Duration wait, BiFunction<ClaimedTask, Workbench, TaskResult> work) {
    AggregatorClient client =
        new AggregatorClient(
            uri, new Timing(Duration.ofSeconds(2), Duration.ofSeconds(5), 2, QUICK));
    open.add(client);
    return new SiteLoop.Setting(
        client,
        token,
        new Work(work),
        device,
        new Workplace(root, root.resolve("work")),
        wait,
        QUICK,
        QUICK,
        TaskTelemetry.NONE);
  }

  private void closeLoops() {
    open.stream()
        .filter(SiteLoop.class::isInstance)
        .map(SiteLoop.class::cast)
        .forEach(SiteLoop::close);
  }

  private static Path write(Path folder, byte[] bytes) {
    try {
      return Files.write(folder.resolve("update.safetensors"), bytes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KumiaiException.Cancelled("interrupted");
    }
  }

  /// Holds one data set and does what the test says.
  private record Work(BiFunction<ClaimedTask, Workbench, TaskResult> action) implements TaskWork {
    @Override
    public Set<TaskKind> kinds() {
      return Set.of(TaskKind.INITIALIZE);
    }

    @Override
    public List<DatasetCounts> holdings(SiteId site, SiteFolder folder) {
      return List.of(COUNTS);
    }

    @Override
    public TaskResult perform(ClaimedTask task, Workbench bench) {
      return action.apply(task, bench);
    }
  }
}
