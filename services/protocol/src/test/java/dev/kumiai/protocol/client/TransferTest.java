package dev.kumiai.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.signature.SiteKey;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models on their way to a site and updates on their way back, over connections that break.
final class TransferTest {

  private static final Timing QUICK =
      new Timing(
          Duration.ofSeconds(2),
          Duration.ofMillis(500),
          3,
          new Backoff(Duration.ofMillis(1), Duration.ofMillis(4)));
  private static final byte[] MODEL = new byte[300_000];

  static {
    new Random(5).nextBytes(MODEL);
  }

  private static final Digest DIGEST = Digest.of(MODEL);
  private static final String BINARY = "application/octet-stream";

  @TempDir private Path temporary;
  private ScriptedServer server;
  private AggregatorClient client;
  private SiteClient site;
  private ModelFolder folder;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    client = new AggregatorClient(server.uri(), QUICK);
    server.then(200, "application/json", "{\"site\":\"plant-a\",\"siteToken\":\"secret\"}");
    site = client.enrol(new SiteId("plant-a"), "join", SiteKey.make());
    folder = new ModelFolder(temporary.resolve("models"), 2);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void bringsAModelOnceAndFindsItAfterwards() throws Exception {
    server.then(200, BINARY, MODEL);

    Path first = site.model(DIGEST, folder);
    Path second = site.model(DIGEST, folder);

    assertThat(first).hasBinaryContent(MODEL).isEqualTo(second);
    assertThat(server.requests()).hasSize(2);
    assertThat(server.requests().getLast())
        .satisfies(
            request -> {
              assertThat(request.path()).isEqualTo("/api/v1/models/" + DIGEST);
              assertThat(request.headers().getFirst("Authorization")).isEqualTo("Bearer secret");
            });
  }

  @Test
  void goesOnWhereATruncatedDownloadEnded() throws Exception {
    server.thenTruncated(MODEL, 100_000).then(TransferTest::rest);

    Path file = site.model(DIGEST, folder);

    assertThat(file).hasBinaryContent(MODEL);
    assertThat(server.requests().getLast().headers())
        .containsEntry("Range", List.of("bytes=100000-"))
        .containsEntry("If-range", List.of('"' + DIGEST.toString() + '"'));
  }

  @Test
  void goesOnWhereAStalledDownloadEnded() throws Exception {
    server.thenStalled(MODEL, 200_000).then(TransferTest::rest);

    assertThat(site.model(DIGEST, folder)).hasBinaryContent(MODEL);
  }

  @Test
  void goesOnAsLongAsEveryTryBringsMore() throws Exception {
    server.thenTruncated(MODEL, 50_000);
    for (int i = 0; i < 2 * QUICK.attempts(); i++) {
      server.then(
          exchange -> {
            int from = offset(exchange);
            exchange.getResponseHeaders().add("Content-Range", "bytes " + from + "-299999/300000");
            exchange.sendResponseHeaders(206, MODEL.length - from);
            exchange.getResponseBody().write(MODEL, from, 20_000);
            exchange.getResponseBody().flush();
          });
    }
    server.then(TransferTest::rest);

    assertThat(site.model(DIGEST, folder)).hasBinaryContent(MODEL);
  }

  @Test
  void startsAgainWhenTheServerDoesNotKnowRanges() throws Exception {
    server.thenTruncated(MODEL, 100_000).then(200, BINARY, MODEL);

    assertThat(site.model(DIGEST, folder)).hasBinaryContent(MODEL);
  }

  @Test
  void startsAgainWhenTheServerContinuesSomewhereElse() throws Exception {
    server
        .thenTruncated(MODEL, 100_000)
        .then(
            exchange -> {
              exchange.getResponseHeaders().add("Content-Range", "bytes 7-299999/300000");
              exchange.sendResponseHeaders(206, MODEL.length - 7);
              exchange.getResponseBody().write(MODEL, 7, MODEL.length - 7);
            })
        .then(200, BINARY, MODEL);

    assertThat(site.model(DIGEST, folder)).hasBinaryContent(MODEL);
  }

  @Test
  void startsAgainWhenWhatLiesHereIsLongerThanTheModel() throws Exception {
    Files.createDirectories(temporary.resolve("models"));
    Files.write(part(), new byte[MODEL.length + 1]);
    server.thenProblem(416, "range-not-satisfiable", "past the end").then(200, BINARY, MODEL);

    assertThat(site.model(DIGEST, folder)).hasBinaryContent(MODEL);
  }

  @Test
  void startsAgainWhenWhatLiesHereIsOfAnotherModel() throws Exception {
    Files.createDirectories(temporary.resolve("models"));
    Files.write(part(), new byte[1000]);
    server.then(TransferTest::rest).then(200, BINARY, MODEL);

    assertThat(site.model(DIGEST, folder)).hasBinaryContent(MODEL);
  }

  @Test
  void throwsAwayBytesOfAnotherDigest() {
    byte[] other = MODEL.clone();
    other[17]++;
    server.then(200, BINARY, other);

    assertThatThrownBy(() -> site.model(DIGEST, folder))
        .isInstanceOf(KumiaiException.Unavailable.class)
        .extracting("code")
        .isEqualTo("download-digest-mismatch");
    assertThat(temporary.resolve("models")).isDirectoryNotContaining("glob:**.safetensors*");
  }

  @Test
  void saysThatAModelIsUnknown() {
    server.thenProblem(404, "model-unknown", "no such model");

    assertThatThrownBy(() -> site.model(DIGEST, folder))
        .isInstanceOf(KumiaiException.NotFound.class)
        .extracting("code")
        .isEqualTo("model-unknown");
  }

  @Test
  void keepsTheMostRecentlyUsedModelsOnly() throws Exception {
    List<Path> files =
        IntStream.range(0, 3)
            .mapToObj(
                i -> {
                  byte[] model = Arrays.copyOf(MODEL, 1000 + i);
                  server.then(200, BINARY, model);
                  Path file = site.model(Digest.of(model), folder);
                  assertThat(file.toFile().setLastModified(1_000_000L * (i + 1))).isTrue();
                  return file;
                })
            .toList();

    assertThat(files.get(0)).doesNotExist();
    assertThat(files.get(1)).exists();
    assertThat(files.get(2)).exists();
  }

  @Test
  void streamsAnUpdateWithItsLengthAndDigest() throws Exception {
    Path update = Files.write(temporary.resolve("update"), MODEL);
    server.then(201, "application/json", "");

    site.upload(task(), update);

    assertThat(server.requests().getLast())
        .satisfies(
            request -> {
              assertThat(request.method()).isEqualTo("PUT");
              assertThat(request.path())
                  .isEqualTo("/api/v1/tasks/" + task().task() + "/attempts/2/weights");
              assertThat(request.bytes()).isEqualTo(MODEL);
              assertThat(request.headers().getFirst("Content-Length")).isEqualTo("300000");
              assertThat(request.headers().getFirst("Content-Digest"))
                  .isEqualTo(
                      "sha-256=:" + Base64.getEncoder().encodeToString(DIGEST.bytes()) + ":");
            });
  }

  @Test
  void repeatsAnUploadThatBroke() throws Exception {
    Path update = Files.write(temporary.resolve("update"), MODEL);
    server.thenHangUp().thenProblem(503, "starting", "starts").then(200, "application/json", "");

    site.upload(task(), update);

    assertThat(server.requests().getLast().bytes()).isEqualTo(MODEL);
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void doesNotRepeatAnUploadThatWasRefused() throws Exception {
    Path update = Files.write(temporary.resolve("update"), MODEL);
    server.thenProblem(409, "attempt-stale", "the lease is lost");

    assertThatThrownBy(() -> site.upload(task(), update))
        .isInstanceOf(KumiaiException.Conflict.class);

    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void takesAnUploadThatArrivedChangedForAnInterruption() throws Exception {
    Path update = Files.write(temporary.resolve("update"), MODEL);
    server.thenProblem(400, "content-digest-mismatch", "send it again");

    assertThatThrownBy(() -> site.upload(task(), update))
        .isInstanceOf(KumiaiException.Unavailable.class)
        .extracting("code")
        .isEqualTo("content-digest-mismatch");
  }

  @Test
  void downloadsAUsersModelToTheFileHeNames() throws Exception {
    Path file = temporary.resolve("mine.safetensors");
    Files.setLastModifiedTime(temporary, FileTime.fromMillis(0));
    server.then(200, BINARY, MODEL);

    client.downloadModel(DIGEST, file);

    assertThat(file).hasBinaryContent(MODEL);
    assertThat(file.resolveSibling("mine.safetensors.part")).doesNotExist();
  }

  private Path part() {
    return temporary.resolve("models").resolve(DIGEST.hex() + ".safetensors.part");
  }

  private static int offset(HttpExchange exchange) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    return Integer.parseInt(range.replaceAll("\\D", ""));
  }

  private static void rest(HttpExchange exchange) throws IOException {
    int from = offset(exchange);
    exchange.getResponseHeaders().add("Content-Range", "bytes " + from + "-299999/300000");
    exchange.sendResponseHeaders(206, MODEL.length - from);
    exchange.getResponseBody().write(MODEL, from, MODEL.length - from);
  }

  private static ClaimedTask task() {
    return new ClaimedTask(
        new TaskId("0e8f5a3c-51c2-4a5e-9f43-6a1f0d2b7c11"),
        new RunId("0e8f5a3c-51c2-4a5e-9f43-6a1f0d2b7c12"),
        new SiteId("plant-a"),
        1,
        2,
        30,
        new TaskSpec.Initialize(
            new ModelSpec(ModelSpec.Architecture.MLP, null, null),
            new DataSpec("d", List.of("a", "b"), 8, 1, 0),
            1));
  }
}
