package dev.kumiai.worker;

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
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A loop of a site beside an aggregator that is played, for tests of what it does.
abstract class SiteLoopFixture {

  static final SiteId SITE = new SiteId("plant-a");
  static final SiteId OTHER = new SiteId("plant-b");
  static final DatasetCounts COUNTS = new DatasetCounts("castings", Map.of("pit", 3), 1);
  static final Backoff QUICK = new Backoff(Duration.ofMillis(2), Duration.ofMillis(20));
  static final TaskReport REPORT =
      new TaskReport.Generated(Digest.of(new byte[1]), Map.of("pit", 1), false);

  @TempDir Path root;
  final List<AutoCloseable> open = new ArrayList<>();
  final Device device = new Device();
  PlayedAggregator aggregator;

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

  List<Told> nextTaskIsDone() throws InterruptedException {
    List<Told> before = aggregator.rest();
    aggregator.offer(SITE);
    aggregator.await(Told.Beat.class);
    return before;
  }

  static TaskResult workUntilCancelled(Workbench bench, BlockingQueue<Throwable> ended) {
    try {
      for (long batch = 0; ; batch++) {
        bench.progress().report(0.5, "batch " + batch);
      }
    } catch (KumiaiException.Cancelled e) {
      ended.add(e);
      throw e;
    }
  }

  SiteLoop loop(SiteId site, BiFunction<ClaimedTask, Workbench, TaskResult> work) {
    return loop(site, aggregator.uri(), Duration.ofSeconds(5), work);
  }

  SiteLoop loop(
      SiteId site, URI uri, Duration wait, BiFunction<ClaimedTask, Workbench, TaskResult> work) {
    SiteLoop loop = new SiteLoop(site, setting(PlayedAggregator.TOKEN, uri, wait, work));
    open.add(loop);
    loop.start();
    return loop;
  }

  SiteLoop.Setting setting(
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

  void closeLoops() {
    open.stream()
        .filter(SiteLoop.class::isInstance)
        .map(SiteLoop.class::cast)
        .forEach(SiteLoop::close);
  }

  static Path write(Path folder, byte[] bytes) {
    try {
      return Files.write(folder.resolve("update.safetensors"), bytes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KumiaiException.Cancelled("interrupted");
    }
  }

  /// Holds one data set and does what the test says.
  record Work(BiFunction<ClaimedTask, Workbench, TaskResult> action) implements TaskWork {
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
