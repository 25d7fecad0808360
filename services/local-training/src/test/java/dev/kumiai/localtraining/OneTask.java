package dev.kumiai.localtraining;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.site.Enrolment;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskSpec;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// An aggregator that has one INITIALIZE task for one site, and the configuration of a worker for
/// it.
public final class OneTask implements QuarkusTestResourceLifecycleManager {

  private static final ObjectMapper JSON = KumiaiJson.mapper();
  private static final SiteId SITE = new SiteId("plant-a");

  private final AtomicBoolean handedOut = new AtomicBoolean();
  private final CompletableFuture<byte[]> uploaded = new CompletableFuture<>();
  private final AtomicReference<byte[]> announced = new AtomicReference<>(new byte[0]);
  private @Nullable HttpServer server;

  @Override
  public Map<String, String> start() {
    try {
      Path root = Files.createTempDirectory("kumiai-service-test");
      ImageFolderWriter.write(
          LabelledImages.of(
              List.of("crack"), new ImageForm(16, 1), List.of(new byte[256]), new int[1]),
          root.resolve(SITE.value()).resolve("private").resolve("castings"),
          0);
      HttpServer started =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      started.createContext("/api/v1/", this::serve);
      started.start();
      server = started;
      return Map.of(
          "kumiai.aggregator.url",
          "http://127.0.0.1:" + started.getAddress().getPort(),
          "kumiai.enrolment-token",
          "join",
          "kumiai.worker.data-root",
          root.toString(),
          "kumiai.worker.sites",
          SITE.value(),
          "kumiai.worker.counts.epsilon",
          "0.01");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(uploaded, new TestInjector.MatchesType(CompletableFuture.class));
    injector.injectIntoFields(announced, new TestInjector.MatchesType(AtomicReference.class));
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      if (path.endsWith("/sites")) {
        answer(exchange, new Enrolment.Accepted(SITE, "token"));
      } else if (path.endsWith("/claim") && handedOut.compareAndSet(false, true)) {
        answer(exchange, task());
      } else if (path.endsWith("/weights")) {
        exchange.sendResponseHeaders(201, -1);
        uploaded.complete(body);
      } else {
        if (path.contains("/datasets/")) {
          announced.set(body);
        }
        exchange.sendResponseHeaders(204, -1);
      }
    }
  }

  private static ClaimedTask task() {
    return new ClaimedTask(
        TaskId.random(),
        RunId.random(),
        SITE,
        0,
        1,
        30,
        new TaskSpec.Initialize(
            new ModelSpec(ModelSpec.Architecture.MLP, null, null),
            new DataSpec("castings", List.of("crack", "pit"), 16, 1, 0),
            1));
  }

  private static void answer(HttpExchange exchange, Object body) throws IOException {
    byte[] json = JSON.writeValueAsBytes(body);
    exchange.sendResponseHeaders(200, json.length);
    exchange.getResponseBody().write(json);
  }

  @Override
  public void stop() {
    if (server != null) {
      server.stop(0);
    }
  }
}
