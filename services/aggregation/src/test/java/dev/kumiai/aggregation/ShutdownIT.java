package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.TaskView;
import dev.kumiai.protocol.task.ClaimedTask;
import io.restassured.RestAssured;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM, as a supervisor sends it.
class ShutdownIT {

  private static final Executor ASIDE = Thread::startVirtualThread;
  private static final Pattern ACTIVE =
      Pattern.compile("(?m)^http_server_active_requests(?:\\{[^}]*})? (\\S+)$");

  @TempDir private Path folder = Path.of("");

  @Test
  void finishesUploadsAndAnswersPollsBeforeItEnds() throws Exception {
    try (AggregatorProcess aggregator = AggregatorProcess.start(folder.resolve("data"), Map.of());
        Relay network = Relay.to(aggregator.address());
        TinySite a = TinySite.join(network.address(), "a", 5, 5, 5);
        TinySite b = TinySite.join(aggregator.address(), "b", 5, 5, 5);
        AggregatorClient client = aggregator.client()) {
      // Given an upload half on its way, and a poll that has nothing to wait for
      RunId run = client.createRun(new TinySpec(a, b).rounds(1).build()).run();
      a.workOnce(TaskKind.INITIALIZE);
      ClaimedTask task = a.claim(TaskKind.TRAIN);
      CompletableFuture<Void> upload = uploadHeader(network, a, task);
      CompletableFuture<Optional<ClaimedTask>> poll =
          CompletableFuture.supplyAsync(
              () -> b.tryClaim(Duration.ofSeconds(60), TaskKind.EVALUATE), ASIDE);
      Aggregator.await(() -> requestsUnderWay(aggregator), requests -> requests >= 2);

      // When
      aggregator.terminate();

      // Then
      assertThat(poll.get(20, TimeUnit.SECONDS)).isEmpty();
      assertThat(upload).isNotDone();
      assertThat(aggregator.isAlive()).isTrue();
      network.release();
      upload.get(20, TimeUnit.SECONDS);
      assertThat(aggregator.awaitEnd()).isTrue();
      try (AggregatorProcess next = AggregatorProcess.start(folder.resolve("data"), Map.of());
          AggregatorClient again = next.client()) {
        assertThat(again.run(run).tasks())
            .filteredOn(view -> view.site().equals(a.id()))
            .extracting(TaskView::state)
            .containsExactly(TaskView.State.SUCCEEDED);
      }
    }
  }

  @Test
  void releasesAnUploadThatDoesNotEndInTime() throws Exception {
    AggregatorProcess[] aggregator = {
      AggregatorProcess.start(folder.resolve("data"), Map.of("quarkus.shutdown.timeout", "1S"))
    };
    try (Relay network = Relay.to(aggregator[0].address());
        TinySite a = TinySite.join(network.address(), "a", 5, 5, 5);
        AggregatorClient client = aggregator[0].client()) {
      RunId run = client.createRun(new TinySpec(a).rounds(1).build()).run();
      a.workOnce(TaskKind.INITIALIZE);
      ClaimedTask task = a.claim(TaskKind.TRAIN);
      CompletableFuture<Void> upload = uploadHeader(network, a, task);

      aggregator[0].terminate();

      assertThat(aggregator[0].awaitEnd()).isTrue();
      network.release();
      assertThat(upload)
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableOfType(Exception.class)
          .withCauseInstanceOf(KumiaiException.Unavailable.class);
      aggregator[0] = aggregator[0].killAndStartAgain();
      a.answer(task);
      assertThat(Aggregator.await(() -> client.run(run), view -> view.phase().isTerminal()).phase())
          .isEqualTo(RunPhase.SUCCEEDED);
    } finally {
      aggregator[0].close();
    }
  }

  /// The one that asks is not counted.
  private static double requestsUnderWay(AggregatorProcess aggregator) {
    String metrics =
        RestAssured.given()
            .auth()
            .oauth2(TemporaryAggregator.API_KEY)
            .get(aggregator.address().resolve("/q/metrics"))
            .asString();
    Matcher active = ACTIVE.matcher(metrics);
    return active.find() ? Double.parseDouble(active.group(1)) : 0;
  }

  private static CompletableFuture<Void> uploadHeader(
      Relay network, TinySite site, ClaimedTask task) throws InterruptedException {
    network.holdBodyOf("PUT");
    CompletableFuture<Void> upload = CompletableFuture.runAsync(() -> site.answer(task), ASIDE);
    network.awaitHeld();
    return upload;
  }
}
