package dev.kumiai.generation;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.prompt.PromptCatalogue.Mode;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.generation.remote.Studio;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.FilterSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.PromptSpec;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.Workbench;
import dev.kumiai.worker.generated.GeneratedSample;
import dev.kumiai.worker.generated.StoredSet;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `generated regenerate` of sets by an image service and with descriptions by a chat model, with
/// the configuration of the service itself: what the worker may is what the command may.
@QuarkusTest
@QuarkusTestResource(WithStudio.class)
class RegenerateAtServicesTest {

  private static final Digest PLAN = Digest.of(new byte[] {8});
  private static final FilterSpec NONE = new FilterSpec(false, false, 0, false, 0, false, 0);
  private static final String POLICY =
      """
      remoteGenerators: [studio]
      languageModels: [writer]
      privateWords: [Acme]
      """;

  @Inject GenerationWork work;
  @Inject CommandLine commands;
  @TempDir Path root;

  @SuppressWarnings("NullAway.Init") // injected
  WireMockServer server;

  private Studio studio;
  private @Nullable KumiaiException refusal;

  @BeforeEach
  void open() throws IOException {
    server.resetAll();
    studio = new Studio(root, server);
    studio.policy(POLICY);
    studio.answers(studio.picture(0));
  }

  /// A set of three pits, of which one is rejected then.
  private void generate(String generator, PromptSpec prompts) throws IOException {
    TaskSpec task =
        new TaskSpec.Generate(
            PLAN,
            new DataSpec(
                "castings", Castings.CLASSES, Studio.FORM.size(), Studio.FORM.channels(), 0),
            GenerationSpec.ofTotal(GeneratorRef.parse(generator), 10)
                .withPrompts(prompts)
                .withFilters(NONE),
            Map.of("pit", 3),
            9);
    work.perform(
        new ClaimedTask(TaskId.random(), RunId.random(), new SiteId("plant-a"), 0, 1, 30, task),
        new Workbench(
            studio.site(),
            root,
            Progress.SILENT,
            _ -> {
              throw new AssertionError("generation needs no model");
            }));
    assertThat(run("reject", "--sample", "pit/1", "--by", "anna")).isZero();
  }

  private static PromptSpec multiple(String template) {
    return new PromptSpec(Mode.MULTIPLE, List.of(template), Map.of(), Map.of(), null, null);
  }

  private int run(String verb, String... more) {
    refusal = null;
    return commands
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(new StringWriter()))
        .setExecutionExceptionHandler(
            (thrown, _, _) -> {
              if (thrown instanceof KumiaiException expected) {
                refusal = expected;
                return 1;
              }
              throw thrown;
            })
        .execute(
            Stream.concat(
                    Stream.of("generated", verb, "--site-folder", studio.site().path().toString()),
                    Stream.of(more))
                .toArray(String[]::new));
  }

  private void assertRefused(String code) {
    assertThat(run("regenerate")).isEqualTo(1);
    assertThat(refusal).isNotNull().extracting(KumiaiException::code).isEqualTo(code);
  }

  private StoredSet set() {
    return StoredSet.find(studio.site(), PLAN).orElseThrow();
  }

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(studio.site().path().resolve(file));
  }

  @Test
  void asksForOneMoreImageUnderTheSamePolicyOnRecordAndPaid() throws Exception {
    generate("remote:studio", multiple("a {class} by Acme"));

    assertThat(run("regenerate")).as("%s", refusal).isZero();

    assertThat(set().files()).containsExactly("pit/00000.png", "pit/00002.png", "pit/00003.png");
    assertThat(studio.bodies())
        .extracting(body -> body.get("prompt").textValue())
        .hasSize(4)
        .containsOnly("a pit by item");
    assertThat(lines("outgoing.jsonl"))
        .hasSize(4)
        .allMatch(line -> line.contains("\"remote:studio\"") && line.contains("a pit by item"));
    assertThat(lines("spending.json")).singleElement().asString().contains("0.16");
  }

  @Test
  void spendsNoMoreThanTheSiteAllows() throws Exception {
    generate("remote:studio", multiple("a {class}"));
    assertThat(run("reject", "--all")).isZero();

    assertRefused("remote-cost-limit");

    assertThat(studio.requests()).hasSize(5);
    assertThat(set().files()).hasSize(2);
  }

  @Test
  void asksNobodyWhomThePolicyHasForbiddenSince() throws Exception {
    generate("remote:studio", multiple("a {class}"));
    studio.policy("languageModels: [writer]");

    assertRefused("remote-forbidden");

    assertThat(studio.requests()).hasSize(3);
  }

  @Test
  void usesTheDescriptionsThatTheSiteHas() throws Exception {
    server.stubFor(
        post("/v1/chat/completions")
            .willReturn(
                okJson(
                    """
                    {"id": "1", "object": "chat.completion", "created": 1, "model": "tiny-1",
                     "choices": [{"index": 0, "finish_reason": "stop", "message": {
                       "role": "assistant",
                       "content": "{\\"scenes\\": [\\"one hole\\", \\"two holes\\"]}"}}]}""")));
    generate(
        "remote:studio",
        new PromptSpec(
            Mode.LLM, List.of("a photo of {scene}"), Map.of(), Map.of(), null, 2, "writer"));

    assertThat(run("regenerate")).as("%s", refusal).isZero();

    assertThat(set().samples())
        .hasSize(4)
        .extracting(GeneratedSample::prompt)
        .allMatch(prompt -> prompt.matches("a photo of (one hole|two holes)"));
    assertThat(studio.requests())
        .filteredOn(request -> request.getUrl().endsWith("/chat/completions"))
        .hasSize(1);
    // Without what it has kept it asks again.
    try (Stream<Path> kept = Files.list(studio.site().path().resolve("scenes"))) {
      for (Path scenes : kept.toList()) {
        Files.delete(scenes);
      }
    }
    assertThat(run("reject", "--sample", "pit/0")).isZero();
    assertThat(run("regenerate")).as("%s", refusal).isZero();
    assertThat(studio.requests())
        .filteredOn(request -> request.getUrl().endsWith("/chat/completions"))
        .hasSize(2);
  }

  @Test
  void namesTheKeyOfAServiceThatTheConfigurationLacks() throws Exception {
    generate("remote:studio", multiple("a {class}"));
    Path plan = set().folder().resolve("plan.json");
    Files.writeString(
        plan, Files.readString(plan).replace("\"remote:studio\"", "\"remote:atelier\""));
    studio.policy("remoteGenerators: [atelier]");

    assertRefused("remote-unknown");

    assertThat(refusal)
        .hasMessageContaining("kumiai.generation.remote.atelier.url")
        .hasMessageContaining("[studio]");
  }
}
