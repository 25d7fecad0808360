package dev.kumiai.generation.prompt;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.prompt.PromptCatalogue;
import dev.kumiai.core.prompt.Prompts;
import dev.kumiai.generation.remote.Configured;
import dev.kumiai.generation.remote.ServiceCalls;
import dev.kumiai.worker.SiteFolder;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Descriptions by a chat model on a real connection, through the clients of quarkus-langchain4j.
/// The service itself runs without any model configured.
@QuarkusTest
class SceneWritersTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ServiceCalls.Waits WAITS =
      new ServiceCalls.Waits(
          Duration.ofMillis(10),
          Duration.ofMillis(40),
          Duration.ofSeconds(5),
          Duration.ofMinutes(10));

  private static final PromptCatalogue CATALOGUE =
      new PromptCatalogue(
          PromptCatalogue.Mode.LLM,
          List.of("a photo of {scene}"),
          new TreeMap<>(Map.of("lighting", List.of("dim", "hard"))),
          new TreeMap<>(Map.of("pit", "a pit in an ACME pump")),
          "people");

  @TempDir Path root;
  private WireMockServer server;
  private SiteFolder site;

  @BeforeEach
  void start() throws IOException {
    server = new WireMockServer(options().dynamicPort());
    server.start();
    site = new SiteFolder(Files.createDirectories(root.resolve("plant-a")));
    policy("languageModels: [writer]\nprivateWords: [Acme]\n");
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private void policy(String text) throws IOException {
    Files.writeString(site.path().resolve("policy.yaml"), text);
  }

  private SceneWriters writers(LlmConfig.Provider provider, Map<String, String> keys) {
    Map<String, String> all =
        new TreeMap<>(
            Map.of(
                "provider",
                provider.name().toLowerCase(Locale.ROOT),
                "url",
                server.baseUrl() + (provider == LlmConfig.Provider.OPENAI ? "/v1" : ""),
                "model",
                "tiny-1"));
    all.putAll(keys);
    return new SceneWriters(Configured.writer(all), Clock.systemUTC(), WAITS);
  }

  private SceneWriters writers(Map<String, String> keys) {
    return writers(LlmConfig.Provider.OPENAI, keys);
  }

  private Map<String, List<String>> write(SceneWriters writers, int scenes, String... classes) {
    return writers.write(
        new SceneWriters.Wish(CATALOGUE, "writer", scenes, 7),
        List.of(classes),
        site,
        Progress.SILENT);
  }

  private static ResponseDefinitionBuilder says(LlmConfig.Provider provider, String content) {
    String text;
    try {
      text = JSON.writeValueAsString(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return okJson(
        switch (provider) {
          case OPENAI ->
              """
              {"id": "1", "object": "chat.completion", "created": 1, "model": "tiny-1",
               "choices": [{"index": 0, "finish_reason": "stop",
                            "message": {"role": "assistant", "content": %s}}],
               "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}"""
                  .formatted(text);
          case OLLAMA ->
              """
              {"model": "tiny-1", "created_at": "2026-11-27T12:00:00Z", "done": true,
               "done_reason": "stop", "message": {"role": "assistant", "content": %s}}"""
                  .formatted(text);
        });
  }

  private static String path(LlmConfig.Provider provider) {
    return switch (provider) {
      case OPENAI -> "/v1/chat/completions";
      case OLLAMA -> "/api/chat";
    };
  }

  private void answers(ResponseDefinitionBuilder first, ResponseDefinitionBuilder later) {
    String path = path(LlmConfig.Provider.OPENAI);
    server.stubFor(
        post(path)
            .inScenario("first")
            .whenScenarioStateIs(Scenario.STARTED)
            .willReturn(first)
            .willSetStateTo("later"));
    server.stubFor(post(path).inScenario("first").whenScenarioStateIs("later").willReturn(later));
  }

  private static ResponseDefinitionBuilder says(String content) {
    return says(LlmConfig.Provider.OPENAI, content);
  }

  private static final String GOOD = "{\"scenes\": [\"a deep pit in dim light\", \"two pits\"]}";

  private List<JsonNode> bodies() {
    return server.getAllServeEvents().reversed().stream()
        .map(ServeEvent::getRequest)
        .map(
            request -> {
              try {
                return JSON.readTree(request.getBody());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .toList();
  }

  @ParameterizedTest
  @EnumSource(LlmConfig.Provider.class)
  void scenesAreWrittenOnceAndKept(LlmConfig.Provider provider) throws Exception {
    server.stubFor(post(path(provider)).willReturn(says(provider, GOOD)));

    Map<String, List<String>> scenes =
        write(writers(provider, Map.of("temperature", "0.3")), 2, "pit");

    assertThat(scenes)
        .containsExactly(Map.entry("pit", List.of("a deep pit in dim light", "two pits")));
    JsonNode body = bodies().getFirst();
    JsonNode settings = provider == LlmConfig.Provider.OPENAI ? body : body.path("options");
    assertThat(body.path("model").textValue()).isEqualTo("tiny-1");
    assertThat(settings.path("temperature").doubleValue()).isEqualTo(0.3);
    assertThat(settings.path("seed").isInt()).isTrue();
    assertThat(body.toString())
        .contains("JSON", "Write 2 descriptions", "a pit in an item pump", "dim, hard", "people")
        .doesNotContainIgnoringCase("acme");
    assertThat(Files.readString(site.path().resolve("outgoing.jsonl")))
        .contains("\"endpoint\":\"llm:writer\"", "a pit in an item pump");
    assertThat(new Prompts(CATALOGUE, 7, scenes).at("pit", 0).text())
        .startsWith("a photo of ")
        .isNotEqualTo("a photo of ");

    // A restart, with another temperature, and for another class.
    assertThat(write(writers(provider, Map.of("temperature", "0.3")), 2, "pit")).isEqualTo(scenes);
    assertThat(bodies()).hasSize(1);
    write(writers(provider, Map.of("temperature", "0.4")), 2, "pit");
    write(writers(provider, Map.of("temperature", "0.3")), 2, "pit", "crack");
    assertThat(bodies()).hasSize(3);
  }

  @Test
  void manyScenesAreAskedForInPieces() {
    String twenty =
        "{\"scenes\": [%s]}"
            .formatted(
                String.join(
                    ",",
                    Stream.iterate(0, i -> i + 1)
                        .limit(20)
                        .map(i -> "\"pit number " + i + "\"")
                        .toList()));
    server.stubFor(post(path(LlmConfig.Provider.OPENAI)).willReturn(says(twenty)));

    assertThat(write(writers(Map.of()), 25, "pit").get("pit")).hasSize(25);

    List<JsonNode> bodies = bodies();
    assertThat(bodies).hasSize(2);
    assertThat(bodies.get(0).toString()).contains("Write 20 descriptions");
    assertThat(bodies.get(1).toString()).contains("Write 5 descriptions");
    assertThat(bodies.get(0).path("seed")).isNotEqualTo(bodies.get(1).path("seed"));
  }

  @Test
  void nonsenseIsAskedForOnceMoreWithoutSendingItBack() {
    answers(says("Sure! Here you go: secretive nonsense"), says(GOOD));

    assertThat(write(writers(Map.of()), 2, "pit").get("pit")).hasSize(2);

    assertThat(bodies()).hasSize(2);
    assertThat(bodies().get(1).toString())
        .contains("An earlier answer could not be used, because it was not JSON")
        .doesNotContain("secretive");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "I cannot do that.",
        "{\"scenes\": [\"only one\"]}",
        "{\"scenes\": [\"a pit\", \"a pit at Acme\"]}"
      })
  void nonsenseTwiceIsAnErrorAndNothingIsKept(String nonsense) {
    answers(says(nonsense), says(nonsense));

    assertThatThrownBy(() -> write(writers(Map.of()), 2, "pit"))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("llm:writer")
        .hasMessageNotContaining(nonsense)
        .extracting("code")
        .isEqualTo("llm-answer-unusable");
    assertThat(bodies()).hasSize(2);
    assertThat(site.path().resolve("scenes")).doesNotExist();
  }

  @Test
  void whatThePolicyForbidsLaterIsAskedForAnew() throws Exception {
    answers(says(GOOD), says("{\"scenes\": [\"a hole\", \"two holes\"]}"));
    write(writers(Map.of()), 2, "crack");

    policy("languageModels: [writer]\nprivateWords: [Acme]\nprivateParts: [pit]\n");

    assertThat(write(writers(Map.of()), 2, "crack"))
        .containsEntry("crack", List.of("a hole", "two holes"));
  }

  @Test
  void aFaultThatPassesIsAskedAgain() {
    answers(aResponse().withStatus(503), says(GOOD));

    assertThat(write(writers(Map.of()), 2, "pit").get("pit")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"500", "429", "408"})
  void aModelThatDoesNotWorkIsUnavailable(int status) {
    server.stubFor(
        post(path(LlmConfig.Provider.OPENAI)).willReturn(aResponse().withStatus(status)));

    unavailable(Map.of("max-attempts", "2"));
    assertThat(bodies()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aModelWhoseConnectionsBreakIsUnavailable(Fault fault) {
    server.stubFor(post(path(LlmConfig.Provider.OPENAI)).willReturn(aResponse().withFault(fault)));

    unavailable(Map.of("max-attempts", "2"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>Please log in</html>",
        "{}",
        "[]",
        "{\"choices\": []}",
        "{\"message\": 7"
      })
  void whatIsNoAnswerAtAllIsToldAsSuch(String body) {
    for (LlmConfig.Provider provider : LlmConfig.Provider.values()) {
      server.resetAll();
      server.stubFor(post(path(provider)).willReturn(okJson(body)));

      assertThatThrownBy(() -> write(writers(provider, Map.of("max-attempts", "2")), 2, "pit"))
          .isInstanceOf(KumiaiException.class)
          .extracting("code")
          .isIn("llm-unavailable", "llm-answer-unusable");
      assertThat(bodies()).hasSize(2);
    }
  }

  @Test
  void everyRequestIsOnRecord() throws Exception {
    for (LlmConfig.Provider provider : LlmConfig.Provider.values()) {
      server.resetAll();
      Files.deleteIfExists(site.path().resolve("outgoing.jsonl"));
      server.stubFor(post(path(provider)).willReturn(aResponse().withStatus(503)));

      assertThatThrownBy(() -> write(writers(provider, Map.of("max-attempts", "3")), 2, "pit"))
          .extracting("code")
          .isEqualTo("llm-unavailable");
      assertThat(bodies()).hasSize(3);
      assertThat(Files.readAllLines(site.path().resolve("outgoing.jsonl"))).hasSize(3);
    }
  }

  @ParameterizedTest
  @EnumSource(LlmConfig.Provider.class)
  void aModelThatTakesTooLongIsUnavailable(LlmConfig.Provider provider) {
    server.stubFor(post(path(provider)).willReturn(says(provider, GOOD).withFixedDelay(30_000)));

    assertThatThrownBy(
            () ->
                write(writers(provider, Map.of("timeout", "400ms", "max-attempts", "2")), 2, "pit"))
        .isInstanceOf(KumiaiException.Unavailable.class)
        .extracting("code")
        .isEqualTo("llm-unavailable");
    assertThat(bodies()).hasSize(2);
  }

  private void unavailable(Map<String, String> keys) {
    assertThatThrownBy(() -> write(writers(keys), 2, "pit"))
        .isInstanceOf(KumiaiException.Unavailable.class)
        .hasMessageContaining("llm:writer")
        .extracting("code")
        .isEqualTo("llm-unavailable");
  }

  @ParameterizedTest
  @CsvSource({
    "400,llm-refused",
    "404,llm-refused",
    "401,llm-credentials-refused",
    "403,llm-credentials-refused"
  })
  void whatStaysWrongIsAskedOnce(int status, String code) {
    for (LlmConfig.Provider provider : LlmConfig.Provider.values()) {
      server.resetAll();
      server.stubFor(post(path(provider)).willReturn(aResponse().withStatus(status)));

      assertThatThrownBy(() -> write(writers(provider, Map.of()), 2, "pit"))
          .extracting("code")
          .isEqualTo(code);
      assertThat(bodies()).hasSize(1);
    }
  }

  @Test
  void onlyModelsThatThePolicyNamesAreAsked() throws Exception {
    policy("remoteGenerators: [writer]");

    assertThatThrownBy(() -> write(writers(Map.of()), 2, "pit"))
        .isInstanceOf(KumiaiException.Forbidden.class)
        .extracting("code")
        .isEqualTo("llm-forbidden");
    assertThatThrownBy(
            () ->
                writers(Map.of())
                    .write(
                        new SceneWriters.Wish(CATALOGUE, "poet", 2, 7),
                        List.of("pit"),
                        site,
                        Progress.SILENT))
        .isInstanceOf(KumiaiException.NotFound.class)
        .extracting("code")
        .isEqualTo("llm-unknown");
    assertThat(bodies()).isEmpty();
  }
}
