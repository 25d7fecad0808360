package dev.kumiai.generation;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.prompt.PromptCatalogue.Mode;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.generation.prompt.LlmConfig;
import dev.kumiai.generation.remote.Configured;
import dev.kumiai.generation.remote.Studio;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.FilterSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.PromptSpec;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.TaskResult;
import dev.kumiai.worker.Workbench;
import dev.kumiai.worker.generated.GeneratedSample;
import dev.kumiai.worker.generated.Manifest;
import dev.kumiai.worker.generated.StoredSet;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole sets by an image service and with descriptions by a chat model, as real tasks at a site.
@QuarkusTest
class RemoteSetTest {

  private static final Digest PLAN = Digest.of(new byte[] {8});
  private static final FilterSpec NONE = new FilterSpec(false, false, 0, false, 0, false, 0);
  private static final PromptSpec MANY =
      new PromptSpec(
          Mode.MULTIPLE,
          List.of("a {class} by Acme, {light}"),
          Map.of("light", List.of("dim", "hard")),
          Map.of("pit", "deep pit"),
          null,
          null);

  @TempDir Path root;
  private Studio studio;

  @BeforeEach
  void start() throws IOException {
    studio = new Studio(root);
    studio.policy(
        """
        remoteGenerators: [studio]
        languageModels: [writer]
        privateWords: [Acme]
        """);
    studio.answers(studio.picture(0));
    LabelledImages pits =
        Castings.renderMixed(1, "test", List.of(Castings.Plant.values()), 3, Studio.FORM);
    ImageFolderWriter.write(pits, Files.createDirectories(studio.site().privateData("castings")));
  }

  @AfterEach
  void stop() {
    studio.close();
  }

  private TaskReport.Generated generate(
      PromptSpec prompts,
      Guidance guidance,
      Map<String, Integer> budget,
      Map<String, String> keys) {
    Map<String, String> all =
        new TreeMap<>(
            Map.of(
                "url",
                studio.server().baseUrl() + "/v1",
                "price-per-image",
                "0.04",
                "currency",
                "EUR",
                "max-attempts",
                "1"));
    all.putAll(keys);
    LlmConfig writer =
        Configured.writer(Map.of("url", studio.server().baseUrl() + "/v1", "model", "tiny-1"));
    GenerationWork work =
        new GenerationWork(
            new TestConfig(), GenerationSettings.NO_FOLDERS, Configured.studio(all), writer);
    TaskSpec task =
        new TaskSpec.Generate(
            PLAN,
            new DataSpec(
                "castings", Castings.CLASSES, Studio.FORM.size(), Studio.FORM.channels(), 0),
            GenerationSpec.ofTotal(new GeneratorRef.Remote("studio"), 10)
                .withPrompts(prompts)
                .withGuidance(guidance, guidance.defaultStrength())
                .withFilters(NONE),
            budget,
            9);
    TaskResult result =
        work.perform(
            new ClaimedTask(TaskId.random(), RunId.random(), new SiteId("plant-a"), 0, 1, 30, task),
            new Workbench(
                studio.site(),
                root,
                Progress.SILENT,
                _ -> {
                  throw new AssertionError("generation needs no model");
                }));
    return (TaskReport.Generated) ((TaskResult.Report) result).report();
  }

  private List<GeneratedSample> samples() throws IOException {
    return Manifest.read(StoredSet.find(studio.site(), PLAN).orElseThrow().folder()).samples();
  }

  @Test
  void aSetThatWasToStartFromRealSamplesIsMadeFromPromptsAlone() throws Exception {
    TaskReport.Generated report =
        generate(MANY, Guidance.MIXED, Map.of("pit", 3, "stain", 2), Map.of());

    assertThat(report.counts()).isEqualTo(Map.of("pit", 3, "stain", 2));
    assertThat(report.unguided()).containsExactly("pit", "stain");
    assertThat(report.cost())
        .satisfies(
            cost -> {
              assertThat(cost.calls()).isEqualTo(5);
              assertThat(cost.money()).isEqualByComparingTo("0.20");
              assertThat(cost.currency()).isEqualTo("EUR");
            });
    assertThat(studio.site().generated(PLAN).resolve("report.json"))
        .content()
        .contains("\"generator\" : \"remote:studio\"", "\"repeatable\" : false");
    assertThat(samples())
        .hasSize(5)
        .allSatisfy(
            sample -> {
              assertThat(sample.guidance()).isEqualTo(Guidance.PROMPT);
              assertThat(sample.prompt()).contains(" by Acme, ");
              assertThat(sample.realSample()).isNull();
            });
    assertThat(studio.bodies())
        .extracting(body -> body.get("prompt").textValue())
        .allSatisfy(prompt -> assertThat(prompt).matches("a (deep pit|stain) by item, (dim|hard)"));
  }

  @Test
  void aSetThatCostTooMuchGoesOnWhereItStopped() throws Exception {
    Map<String, Integer> budget = Map.of("pit", 3, "stain", 2);
    assertThatThrownBy(
            () ->
                generate(
                    MANY, Guidance.PROMPT, budget, Map.of("max-cost", "0.13", "parallel", "1")))
        .isInstanceOf(KumiaiException.Forbidden.class)
        .extracting("code")
        .isEqualTo("remote-cost-limit");
    assertThat(studio.requests()).hasSize(3);

    TaskReport.Generated report =
        generate(MANY, Guidance.PROMPT, budget, Map.of("max-cost", "1", "parallel", "1"));

    assertThat(report.counts()).isEqualTo(budget);
    assertThat(studio.requests()).hasSize(5);
    assertThat(report.cost())
        .satisfies(cost -> assertThat(cost.money()).isEqualByComparingTo("0.2"));
  }

  @Test
  void aServiceThatFailsLeavesWhatIsStored() throws Exception {
    Map<String, Integer> budget = Map.of("pit", 4);
    studio.answersFirst(studio.picture(0));
    studio
        .server()
        .stubFor(
            post(Studio.PATH)
                .atPriority(1)
                .inScenario("first")
                .whenScenarioStateIs("later")
                .willReturn(aResponse().withStatus(500)));
    assertThatThrownBy(() -> generate(MANY, Guidance.PROMPT, budget, Map.of("parallel", "1")))
        .isInstanceOf(KumiaiException.Unavailable.class)
        .extracting("code")
        .isEqualTo("remote-unavailable");

    studio.server().resetAll();
    studio.answers(studio.picture(1));
    generate(MANY, Guidance.PROMPT, budget, Map.of("parallel", "1"));

    assertThat(studio.requests()).hasSize(3);
    assertThat(samples()).hasSize(4);
  }

  @Test
  void descriptionsBecomePromptsOfSamplesAndAreAskedForOnce() throws Exception {
    studio
        .server()
        .stubFor(
            post("/v1/chat/completions")
                .willReturn(
                    okJson(
                        """
                        {"id": "1", "object": "chat.completion", "created": 1, "model": "tiny-1",
                         "choices": [{"index": 0, "finish_reason": "stop", "message": {
                           "role": "assistant",
                           "content": "{\\"scenes\\": [\\"one hole\\", \\"two holes\\"]}"}}]}""")));
    PromptSpec written =
        new PromptSpec(
            Mode.LLM, List.of("a photo of {scene}"), Map.of(), Map.of(), null, 2, "writer");

    generate(written, Guidance.PROMPT, Map.of("pit", 6), Map.of());

    assertThat(samples())
        .extracting(GeneratedSample::prompt)
        .containsOnly("a photo of one hole", "a photo of two holes");
    assertThat(studio.requests())
        .filteredOn(request -> request.getUrl().endsWith("/chat/completions"))
        .hasSize(1);
  }

  @Test
  void nothingIsBegunWithoutTheSitesConsent() throws Exception {
    studio.policy("languageModels: [writer]");

    assertThatThrownBy(() -> generate(MANY, Guidance.PROMPT, Map.of("pit", 1), Map.of()))
        .extracting("code")
        .isEqualTo("remote-forbidden");
    assertThat(studio.requests()).isEmpty();
    assertThat(studio.site().generated()).doesNotExist();
  }
}
