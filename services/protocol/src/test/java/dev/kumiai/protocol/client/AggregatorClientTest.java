package dev.kumiai.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.RoundSpec;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.signature.SiteKey;
import dev.kumiai.protocol.site.DatasetCounts;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AggregatorClientTest {

  private static final Timing QUICK =
      new Timing(
          Duration.ofSeconds(2),
          Duration.ofMillis(400),
          3,
          new Backoff(Duration.ofMillis(1), Duration.ofMillis(4)));
  private static final RunId RUN = new RunId("0e8f5a3c-51c2-4a5e-9f43-6a1f0d2b7c11");
  private static final SiteId SITE = new SiteId("plant-a");
  private static final String JSON = "application/json";

  private ScriptedServer server;
  private AggregatorClient client;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    client = new AggregatorClient(server.uri(), QUICK);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void createsARunFromItsSpecAndReadsTheAnswer() throws Exception {
    RunView expected = view();
    server.then(201, JSON, KumiaiJson.mapper().writeValueAsBytes(expected));

    RunView created = client.createRun(expected.spec());

    assertThat(created).isEqualTo(expected);
    assertThat(server.requests())
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.method()).isEqualTo("POST");
              assertThat(request.path()).isEqualTo("/api/v1/runs");
              assertThat(KumiaiJson.mapper().readValue(request.bytes(), RunSpec.class))
                  .isEqualTo(expected.spec());
            });
  }

  @Test
  void keepsThePathThatTheAddressOfTheAggregatorHas() throws Exception {
    server.then(200, JSON, "[]");

    try (AggregatorClient behindProxy =
        new AggregatorClient(URI.create(server.uri() + "/guild/"), QUICK)) {
      behindProxy.sites();
    }

    assertThat(server.requests().getFirst().path()).isEqualTo("/guild/api/v1/sites");
  }

  @Test
  void repeatsAQuestionThatWasAnswered503UntilItIsAnswered() {
    server.thenProblem(503, "starting", "starts").thenProblem(503, "starting", "starts");
    server.then(200, JSON, "[]");

    assertThat(client.sites()).isEmpty();

    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void repeatsAQuestionWhoseConnectionBroke() {
    server.thenHangUp().then(200, JSON, "[]");

    assertThat(client.runs()).isEmpty();

    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void givesUpAfterTheLastAttemptAndKeepsTheCode() {
    server.thenProblem(503, "starting", "starts");
    server.thenProblem(503, "starting", "starts");
    server.thenProblem(503, "starting", "starts");

    assertThatThrownBy(client::sites)
        .isInstanceOf(KumiaiException.Unavailable.class)
        .hasMessage("starts")
        .extracting("code")
        .isEqualTo("starting");
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void neverSendsTheSpecOfARunTwice() {
    server.thenHangUp();

    assertThatThrownBy(() -> client.createRun(view().spec()))
        .isInstanceOf(KumiaiException.Unavailable.class);

    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void endsACallThatIsNotAnswered() {
    server.thenSilent().thenSilent().thenSilent();

    assertThatThrownBy(() -> client.run(RUN))
        .isInstanceOf(KumiaiException.Unavailable.class)
        .extracting("code")
        .isEqualTo("aggregator-silent");
  }

  @Test
  void endsACallWhoseAnswerStopsHalfway() {
    byte[] body = "[1,2,3]".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    server.thenStalled(body, 3).thenStalled(body, 3).thenStalled(body, 3);

    assertThatThrownBy(client::sites).extracting("code").isEqualTo("aggregator-silent");
  }

  @Test
  void saysWhereNobodyListens() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }

    try (AggregatorClient lost =
        new AggregatorClient(URI.create("http://127.0.0.1:" + free), QUICK)) {
      assertThatThrownBy(lost::sites)
          .isInstanceOf(KumiaiException.Unavailable.class)
          .hasMessageContaining("http://127.0.0.1:" + free)
          .hasMessageContaining("check that the aggregator runs")
          .extracting("code")
          .isEqualTo(AggregatorClient.UNREACHABLE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, Invalid", "401, Unauthenticated", "403, Forbidden", "404, NotFound", "409, Conflict",
    "410, Gone", "422, Invalid", "507, StorageFull", "500, Unavailable", "429, Unavailable"
  })
  void turnsAProblemIntoTheExceptionItCameFrom(int status, String kind) {
    server.thenProblem(status, "some-code", "what and where");
    server.thenProblem(status, "some-code", "what and where");
    server.thenProblem(status, "some-code", "what and where");

    assertThatThrownBy(() -> client.run(RUN))
        .isInstanceOf(KumiaiException.class)
        .hasMessage("what and where")
        .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(kind))
        .extracting("code")
        .isEqualTo("some-code");
  }

  @Test
  void keepsEveryViolation() {
    server.then(
        400,
        "application/problem+json",
        """
        {"type":"https://kumiai.dev/problems/run-invalid","title":"t","status":400,"detail":"d",
         "violations":[{"where":"/rounds","what":"at least 1"}],"later":"unknown"}
        """);

    assertThatThrownBy(() -> client.createRun(view().spec()))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            e ->
                assertThat(e.violations()).containsExactly(new Violation("/rounds", "at least 1")));
  }

  @Test
  void doesNotTakeAProxysPageForTheAggregator() {
    server.then(404, "text/html", "<h1>nginx</h1>");
    server.then(404, "text/html", "<h1>nginx</h1>");
    server.then(404, "text/html", "<h1>nginx</h1>");

    assertThatThrownBy(() -> client.run(RUN))
        .isInstanceOf(KumiaiException.Unavailable.class)
        .hasMessageContaining("answered 404")
        .extracting("code")
        .isEqualTo("aggregator-answer-unusable");
  }

  @Test
  void doesNotFollowARedirectWithTheSitesToken() {
    server.then(200, JSON, "{\"site\":\"plant-a\",\"siteToken\":\"secret\"}");
    server.then(
        exchange -> {
          exchange.getResponseHeaders().add("Location", server.uri() + "/elsewhere");
          exchange.sendResponseHeaders(302, -1);
        });
    SiteClient site = client.enrol(SITE, "join", SiteKey.make());

    assertThatThrownBy(() -> site.claim(Set.of(TaskKind.TRAIN), Duration.ZERO))
        .isInstanceOf(KumiaiException.Unavailable.class);

    assertThat(server.requests()).extracting(r -> r.path()).doesNotContain("/elsewhere");
  }

  @Test
  void ignoresWhatANewerAggregatorTellsInAddition() {
    server.then(200, JSON, "{\"site\":\"plant-a\",\"siteToken\":\"secret\",\"motto\":\"new\"}");

    SiteClient site = client.enrol(SITE, "join", SiteKey.make());

    assertThat(site.site()).isEqualTo(SITE);
  }

  @Test
  void announcesADataSetUnderItsEscapedName() {
    server.then(200, JSON, "{\"site\":\"plant-a\",\"siteToken\":\"secret\"}").then(204, JSON, "");
    SiteClient site = client.enrol(SITE, "join", SiteKey.make());

    site.announce(new DatasetCounts("line 1/cam", Map.of("crack", 3), 1));

    assertThat(server.requests().getLast())
        .satisfies(
            request -> {
              assertThat(request.path()).isEqualTo("/api/v1/sites/plant-a/datasets/line%201%2Fcam");
              assertThat(request.headers().getFirst("Authorization")).isEqualTo("Bearer secret");
              assertThat(request.body()).contains("\"crack\":3");
            });
  }

  @Test
  void findsNoWorkInAnEmptyAnswer() {
    server.then(200, JSON, "{\"site\":\"plant-a\",\"siteToken\":\"secret\"}").then(204, JSON, "");
    SiteClient site = client.enrol(SITE, "join", SiteKey.make());

    assertThat(site.claim(Set.of(TaskKind.TRAIN), Duration.ofSeconds(1))).isEmpty();

    assertThat(server.requests().getLast().body()).contains("\"waitSeconds\":1");
  }

  @Test
  void stopsWaitingWhenItsThreadIsInterrupted() throws Exception {
    server.thenSilent();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread asking =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    client.run(RUN);
                  } catch (KumiaiException e) {
                    thrown.complete(e);
                  }
                });

    asking.interrupt();

    assertThat(thrown.get()).isInstanceOf(KumiaiException.Cancelled.class);
  }

  private static RunView view() {
    RunSpec spec =
        new RunSpec(
            "trial",
            7,
            new DataSpec("castings", List.of("crack", "pit"), 32, 1, 0.05),
            new ModelSpec(ModelSpec.Architecture.CNN, null, null),
            List.of(SITE),
            2,
            TrainingSpec.DEFAULT,
            StrategySpec.DEFAULT,
            null,
            RoundSpec.DEFAULT,
            null,
            null);
    return new RunView(
        RUN,
        spec,
        RunPhase.INITIALIZING,
        0,
        0,
        null,
        null,
        null,
        Instant.parse("2026-01-02T03:04:05Z"),
        null,
        List.of());
  }
}
