package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class ClaimTest {

  private final Aggregator aggregator;

  @Inject
  ClaimTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  @Test
  void oneOfManyClaimersGetsTheTask() throws Exception {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    aggregator.await(run, view -> view.phase() == RunPhase.TRAINING && !view.tasks().isEmpty());

    List<Optional<ClaimedTask>> claims =
        inParallel(16, () -> a.tryClaim(Duration.ZERO, TaskKind.TRAIN));

    assertThat(claims.stream().flatMap(Optional::stream)).hasSize(1);
  }

  @Test
  void manyClaimersShareManyTasks() throws Exception {
    TinySite a = aggregator.site("a", 1, 1, 1);
    for (int run = 0; run < 8; run++) {
      aggregator.start(new TinySpec(a).seed(run));
    }

    List<Optional<ClaimedTask>> claims =
        inParallel(8, () -> a.tryClaim(Duration.ofSeconds(20), TaskKind.INITIALIZE));

    assertThat(claims.stream().flatMap(Optional::stream).map(ClaimedTask::task))
        .hasSize(8)
        .doesNotHaveDuplicates();
  }

  @Test
  void waitingClaimIsWokenByTheTaskItWaitsFor() throws Exception {
    TinySite a = aggregator.site("a", 1, 1, 1);
    try (ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Optional<ClaimedTask>> claim =
          waiting.submit(() -> a.tryClaim(Duration.ofSeconds(60), TaskKind.INITIALIZE));

      RunId run = aggregator.start(new TinySpec(a));

      // No tick of the clock helps: only the task itself can have woken it.
      assertThat(claim.get()).map(ClaimedTask::run).contains(run);
    }
  }

  @Test
  void answersNothingWhenNothingAppearsWithinTheWait() {
    TinySite a = aggregator.site("a", 1, 1, 1);

    assertThat(a.tryClaim(Duration.ofSeconds(1), TaskKind.TRAIN)).isEmpty();
  }

  @Test
  void handsOutOnlyTheKindsThatWereAskedFor() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    aggregator.await(run, view -> view.phase() == RunPhase.TRAINING && !view.tasks().isEmpty());

    assertThat(a.tryClaim(Duration.ZERO, TaskKind.GENERATE, TaskKind.EVALUATE)).isEmpty();
  }

  @Test
  void givesNoTaskToAPollWhoseCallerHasHungUp() throws Exception {
    TinySite a = aggregator.site("a", 1, 1, 1);
    hangUpWhileClaiming(a.token());

    RunId run = aggregator.start(new TinySpec(a));
    ClaimedTask task = a.claim(TaskKind.INITIALIZE);

    assertThat(task.attempt()).isEqualTo(1);
    assertThat(aggregator.view(run).tasks()).extracting(TaskView::attempt).containsExactly(1);
  }

  /// Sends a long poll and closes the connection.
  private static void hangUpWhileClaiming(String token) throws IOException {
    URI base = Aggregator.address();
    String body = "{\"kinds\": [\"INITIALIZE\"], \"waitSeconds\": 60}";
    String request =
        """
        POST /api/v1/tasks/claim HTTP/1.1
        Host: localhost
        Authorization: Bearer %s
        Content-Type: application/json
        Content-Length: %d

        """
            .formatted(token, body.length())
            .replace("\n", "\r\n");
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.getOutputStream().write((request + body).getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
    }
  }

  private static <T> List<T> inParallel(int times, Callable<T> call)
      throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(java.util.Collections.nCopies(times, call))) {
        results.add(future.get());
      }
      return results;
    }
  }
}
