package dev.kumiai.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.FilterSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.TaskResult;
import dev.kumiai.worker.Trees;
import dev.kumiai.worker.Workbench;
import dev.kumiai.worker.generated.StoredSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sets of generators that no file holds, as real tasks at a site with castings.
final class GeneratorsTest {

  private static final ImageForm FORM = new ImageForm(16, 1);
  private static final Digest PLAN = Digest.of(new byte[] {3});
  private static final FilterSpec NONE = new FilterSpec(false, false, 0, false, 0, false, 0);
  private static final LabelledImages CASTINGS =
      Castings.renderMixed(1, "test", List.of(Castings.Plant.values()), 6, FORM);

  @TempDir private Path root;
  private SiteFolder site;
  private GenerationWork work;

  @BeforeEach
  void fill() throws IOException {
    site = new SiteFolder(root.resolve("plant-a"));
    work = Offline.work(GenerationSettings.NO_FOLDERS);
    for (String label : List.of("pit", "crack")) {
      ImageFolderWriter.write(
          CASTINGS.ofClass(label), Files.createDirectories(site.privateData("castings")));
    }
  }

  private TaskReport.Generated generate(GenerationSpec generation, Map<String, Integer> budget) {
    return generate(generation, budget, Progress.SILENT);
  }

  private TaskReport.Generated generate(
      GenerationSpec generation, Map<String, Integer> budget, Progress progress) {
    DataSpec data = new DataSpec("castings", Castings.CLASSES, FORM.size(), FORM.channels(), 0);
    TaskSpec task = new TaskSpec.Generate(PLAN, data, generation.withFilters(NONE), budget, 9);
    TaskResult result =
        work.perform(
            new ClaimedTask(TaskId.random(), RunId.random(), new SiteId("plant-a"), 0, 1, 30, task),
            new Workbench(
                site,
                root,
                progress,
                _ -> {
                  throw new AssertionError("generation needs no model");
                }));
    return (TaskReport.Generated) ((TaskResult.Report) result).report();
  }

  private LabelledImages made() {
    StoredSet set = StoredSet.find(site, PLAN).orElseThrow();
    return ImageSets.load(set.folder(), set.files(), Castings.CLASSES, FORM).images();
  }

  private static List<Digest> digests(LabelledImages images) {
    List<Digest> digests = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      digests.add(images.contentDigest(i));
    }
    return digests;
  }

  @Test
  void classicalAugmentationMakesNothingOfAClassThatTheSiteDoesNotHold() {
    GenerationSpec classical = GenerationSpec.ofTotal(new GeneratorRef.Classical(), 10);

    TaskReport.Generated report = generate(classical, Map.of("pit", 8, "stain", 4));

    assertThat(report.counts()).isEqualTo(Map.of("pit", 8, "stain", 0));
    assertThat(report.unguided()).containsExactly("stain");
    assertThat(made().countByName()).containsEntry("pit", 8).containsEntry("stain", 0);
    assertThat(digests(made()))
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(digests(CASTINGS));
  }

  @Test
  void aSiteThatHoldsNothingGetsAnEmptySetOfClassicalAugmentation() throws Exception {
    SiteFolder empty = new SiteFolder(Files.createDirectories(root.resolve("plant-b")));
    site = empty;

    TaskReport.Generated report =
        generate(GenerationSpec.ofTotal(new GeneratorRef.Classical(), 10), Map.of("pit", 8));

    assertThat(report.counts()).isEqualTo(Map.of("pit", 0));
    assertThat(made().isEmpty()).isTrue();
  }

  @Test
  void publicImagesComeInTheFormOfTheRun() {
    LabelledImages large =
        Castings.renderMixed(
            2, "public", List.of(Castings.Plant.values()), 5, new ImageForm(32, 3));
    ImageFolderWriter.write(large, site.publicImages("textures"));

    TaskReport.Generated report =
        generate(
            GenerationSpec.ofTotal(new GeneratorRef.Public("textures"), 10),
            Map.of("pit", 5, "stain", 3));

    assertThat(report.counts()).isEqualTo(Map.of("pit", 5, "stain", 3));
    LabelledImages expected =
        ImageSets.load(site.publicImages("textures"), Castings.CLASSES, FORM).images();
    assertThat(digests(made())).doesNotHaveDuplicates().isSubsetOf(digests(expected));
    assertThat(made().countByName()).containsEntry("pit", 5).containsEntry("stain", 3);
  }

  /// Pictures of their own for each number.
  private LabelledImages textures(int number) {
    LabelledImages pictures =
        Castings.renderMixed(number, "public", List.of(Castings.Plant.values()), 4, FORM);
    ImageFolderWriter.write(pictures, site.publicImages("textures"));
    return pictures;
  }

  @Test
  void doesNotTakeASetOfOtherPublicImagesForTheOneThatIsWanted() throws Exception {
    GenerationSpec spec = GenerationSpec.ofTotal(new GeneratorRef.Public("textures"), 10);
    Map<String, Integer> budget = Map.of("pit", 3);
    textures(1);
    generate(spec, budget);
    Path pits = site.publicImages("textures").resolve("pit");
    Path added = Files.copy(pits.resolve("00000.png"), pits.resolve("99999.png"));

    assertThatThrownBy(() -> generate(spec, budget))
        .isInstanceOf(KumiaiException.Conflict.class)
        .hasMessageContaining("public:textures")
        .hasMessageContaining(PLAN.toString())
        .extracting("code")
        .isEqualTo("generated-set-sources-changed");
    Files.delete(added);
    assertThat(generate(spec, budget).reused()).isTrue();
    LabelledImages others = textures(2);
    assertThatThrownBy(() -> generate(spec, budget))
        .extracting("code")
        .isEqualTo("generated-set-sources-changed");
    Trees.delete(site.generated(PLAN));
    assertThat(generate(spec, budget).reused()).isFalse();
    assertThat(digests(made())).isSubsetOf(digests(others));
  }

  @Test
  void reusesASetWhereOtherClassesAloneAreOthersOrTheImagesAreGone() throws Exception {
    GenerationSpec spec = GenerationSpec.ofTotal(new GeneratorRef.Public("textures"), 10);
    textures(1);
    generate(spec, Map.of("pit", 3));

    Trees.delete(site.publicImages("textures").resolve("stain"));
    assertThat(generate(spec, Map.of("pit", 3)).reused()).isTrue();
    Trees.delete(site.publicImages("textures"));
    assertThat(generate(spec, Map.of("pit", 3)).reused()).isTrue();
  }

  @Test
  void doesNotGoOnWithAnotherFoldersImages() {
    GenerationSpec spec = GenerationSpec.ofTotal(new GeneratorRef.Public("textures"), 10);
    Map<String, Integer> budget = Map.of("pit", 3, "stain", 2);
    textures(1);
    assertThatThrownBy(
            () ->
                generate(
                    spec,
                    budget,
                    (_, stage) -> {
                      if (stage.startsWith("stain")) {
                        throw new KumiaiException.Cancelled("not wanted");
                      }
                    }))
        .isInstanceOf(KumiaiException.Cancelled.class);
    LabelledImages others = textures(2);

    generate(spec, budget);

    assertThat(digests(made())).hasSize(5).isSubsetOf(digests(others));
  }

  @Test
  void doesNotRegenerateFromOtherPublicImages() throws Exception {
    textures(1);
    generate(GenerationSpec.ofTotal(new GeneratorRef.Public("textures"), 10), Map.of("pit", 3));
    StoredSet rejected =
        Rejections.some(
            StoredSet.find(site, PLAN).orElseThrow(), Set.of("pit/00000.png"), Lines.ANNA);
    EngineDevice device = EngineDevice.cpu(1);
    SetMaking making =
        new SetMaking(
            Offline.generators(root),
            SiteJudge.measuring(false),
            () -> device,
            0,
            Clock.systemUTC());
    textures(2);

    assertThatThrownBy(() -> making.regenerate(rejected, site, Progress.SILENT))
        .extracting("code")
        .isEqualTo("generated-set-sources-changed");
    textures(1);
    assertThat(making.regenerate(rejected, site, Progress.SILENT).files()).hasSize(3);
  }

  @Test
  void saysWhatIsMissingOfPublicImages() throws Exception {
    GenerationSpec textures = GenerationSpec.ofTotal(new GeneratorRef.Public("textures"), 10);

    assertThatThrownBy(() -> generate(textures, Map.of("pit", 1)))
        .isInstanceOf(KumiaiException.NotFound.class)
        .hasMessageContaining("public/textures");
    Files.createDirectories(site.publicImages("textures").resolve("pit"));
    assertThatThrownBy(() -> generate(textures, Map.of("stain", 1)))
        .hasMessageContaining("stain")
        .extracting("code")
        .isEqualTo("generator-class-unknown");
    assertThatThrownBy(() -> generate(textures, Map.of("pit", 1)))
        .extracting("code")
        .isEqualTo("public-class-empty");
    assertThat(StoredSet.find(site, PLAN)).isEmpty();
  }

  @Test
  void guidanceThatAGeneratorDoesNotKnowIsRefused() {
    GenerationSpec prompted =
        GenerationSpec.ofTotal(new GeneratorRef.Classical(), 10).withGuidance(Guidance.PROMPT, 1);

    assertThatThrownBy(() -> generate(prompted, Map.of("pit", 1)))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("REAL")
        .extracting("code")
        .isEqualTo("generator-guidance-unsupported");
  }
}
