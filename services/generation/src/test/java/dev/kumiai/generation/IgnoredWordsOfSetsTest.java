package dev.kumiai.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.Progress;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.prompt.IgnoredWords;
import dev.kumiai.core.prompt.PromptCatalogue.Mode;
import dev.kumiai.protocol.run.PromptSpec;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.TaskResult;
import dev.kumiai.worker.Workbench;
import dev.kumiai.worker.generated.StoredSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sets of a generator that knows two words, `matt` and `glossy`, and is told others, too.
final class IgnoredWordsOfSetsTest {

  private static final PromptSpec SENTENCES =
      new PromptSpec(
          Mode.MULTIPLE,
          List.of("a {finish} picture of {class}"),
          Map.of("finish", List.of("matt", "polished")),
          Map.of(),
          "text, glossy",
          null);

  /// What most samples are told stands first.
  private static final IgnoredWords IGNORED =
      new IgnoredWords(5, List.of("a", "of", "picture", "text", "polished"));

  @TempDir private static Path generators;
  private static Digest generator;

  @TempDir private Path root;
  private SiteFolder site;
  private GenerationWork work;

  @BeforeAll
  static void train() {
    generator = Shades.trainWithWords(generators, "matt", "glossy");
  }

  @BeforeEach
  void open() {
    site = new SiteFolder(root.resolve("plant-a"));
    work = Offline.work(GenerationSettings.of(generators).unmeasured());
  }

  private TaskReport.Generated generate(PromptSpec prompts) {
    TaskResult result =
        work.perform(
            new ClaimedTask(
                TaskId.random(),
                RunId.random(),
                new SiteId("plant-a"),
                0,
                1,
                30,
                Shades.task(
                    Shades.spec(generator).withPrompts(prompts), Map.of("bright", 8, "dark", 4))),
            new Workbench(
                site,
                root,
                Progress.SILENT,
                _ -> {
                  throw new AssertionError("generation needs no model");
                }));
    return (TaskReport.Generated) ((TaskResult.Report) result).report();
  }

  @Test
  void areNamedAtTheSiteAndToTheAggregator() {
    TaskReport.Generated report = generate(SENTENCES);

    assertThat(report.ignoredWords()).isEqualTo(IGNORED);
    assertThat(StoredSet.find(site, Shades.PLAN))
        .hasValueSatisfying(set -> assertThat(set.report().ignoredWords()).isEqualTo(IGNORED));
    assertThat(generate(SENTENCES))
        .satisfies(
            again -> {
              assertThat(again.reused()).isTrue();
              assertThat(again.ignoredWords()).isEqualTo(IGNORED);
            });
  }

  @Test
  void areNoneWhereTheGeneratorIsToldWhatItKnows() {
    PromptSpec known =
        new PromptSpec(
            Mode.MULTIPLE,
            List.of("{finish} {class}"),
            Map.of("finish", List.of("matt", "glossy")),
            Map.of(),
            null,
            null);

    assertThat(generate(known).ignoredWords()).isEqualTo(IgnoredWords.NONE);
  }

  @Test
  void areNotNamedToTheAggregatorWhereALanguageModelWroteThem() {
    generate(SENTENCES);
    PromptSpec written =
        new PromptSpec(Mode.LLM, List.of("a {scene}"), Map.of(), Map.of(), "text", 2, "writer");

    // The finished set is reused: its words are as if a model had written all but two of them.
    assertThat(generate(written).ignoredWords())
        .isEqualTo(new IgnoredWords(5, List.of("a", "text")));
  }
}
