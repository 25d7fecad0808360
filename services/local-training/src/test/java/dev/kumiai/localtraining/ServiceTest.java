package dev.kumiai.localtraining;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.worker.process.Worker;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The service as it is put together: configuration, health, and one task from an aggregator to its
/// answer.
@QuarkusTest
@QuarkusTestResource(value = OneTask.class, restrictToAnnotatedClass = true)
class ServiceTest {

  @Inject Worker worker;

  @TestHTTPResource("/q/health/ready")
  URI ready = URI.create("");

  /// Set by [OneTask].
  CompletableFuture<byte[]> uploaded = new CompletableFuture<>();

  /// Set by [OneTask].
  AtomicReference<byte[]> announced = new AtomicReference<>();

  @ConfigProperty(name = "kumiai.worker.data-root")
  Path root = Path.of("");

  @Test
  void isReadyOnceItIsEnrolledAndAnswersTheTaskItGets(@TempDir Path folder) throws Exception {
    int before = status();

    worker.start();

    Path weights = Files.write(folder.resolve("weights"), uploaded.get(60, TimeUnit.SECONDS));
    int enrolled = status();
    worker.stop();
    assertThat(before).isEqualTo(503);
    assertThat(enrolled).isEqualTo(200);
    assertThat(status()).isEqualTo(503);
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      assertThat(file.specs()).isNotEmpty();
    }
    requireNoisedAndBooked();
  }

  /// What is announced is what the site's ledger says, and one image is hardly ever told as one.
  private void requireNoisedAndBooked() throws IOException {
    DatasetCounts counts = KumiaiJson.mapper().readValue(announced.get(), DatasetCounts.class);
    Integer cracks = counts.perClass().get("crack");
    assertThat(Files.readAllLines(root.resolve("plant-a").resolve("privacy.jsonl")))
        .singleElement()
        .asString()
        .contains("discrete-laplace", "\"epsilon\":0.01", "\"class crack\":" + cracks);
  }

  private int status() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(ready).build(), BodyHandlers.discarding())
          .statusCode();
    }
  }
}
