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
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.DiffusionArchitecture;
import dev.kumiai.engine.generator.GeneratorTraining;
import dev.kumiai.engine.generator.TrainingSettings;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.GenerationSpec;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.TaskResult;
import dev.kumiai.worker.Trees;
import dev.kumiai.worker.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real tasks with a generator that was trained for a moment.
final class GenerationWorkTest {

  private static final SiteId SITE = new SiteId("plant-a");
  private static final ImageForm FORM = new ImageForm(8, 1);
  private static final List<String> KNOWN = List.of("bright", "dark", "grey");
  private static final Digest PLAN = Digest.of(new byte[] {1});

  @TempDir private static Path generators;
  private static Digest generator;

  @TempDir private Path root;
  private GenerationWork work;
  private SiteFolder site;

  @BeforeAll
  static void trainAGenerator() {
    TrainingSettings settings =
        new TrainingSettings(
            new DiffusionArchitecture(List.of(8, 16), 16, 2, 4),
            new TrainingSettings.Budget.Steps(3),
            8,
            2e-3,
            11);
    generator =
        new GeneratorTraining(shades(10), settings, EngineDevice.cpu(1))
            .run("shades", "Apache-2.0", generators.resolve("shades.safetensors"), Progress.SILENT)
            .file();
  }

  @BeforeEach
  void open() {
    work = new GenerationWork(new TestConfig(), config(Optional.of(List.of(generators))));
    site = new SiteFolder(root.resolve("plant-a"));
  }

  @Test
  void makesWhatTheBudgetSaysAndNothingElse() throws Exception {
    TaskReport.Generated report = generate(task(Map.of("bright", 5, "dark", 2, "grey", 0)));

    assertThat(report)
        .isEqualTo(new TaskReport.Generated(PLAN, Map.of("bright", 5, "dark", 2), false));
    LabelledImages made =
        ImageSets.load(site.generated(PLAN), List.of("bright", "dark"), FORM).images();
    assertThat(made.countByName()).isEqualTo(Map.of("bright", 5, "dark", 2));
    assertThat(entries(site.path().resolve("generated"))).containsExactly(PLAN.hex());
  }

  @Test
  void leavesAReportBesideTheImages() throws Exception {
    generate(task(Map.of("bright", 1)));

    GeneratedSet.Report report =
        KumiaiJson.mapper()
            .readValue(
                site.generated(PLAN).resolve("report.json").toFile(), GeneratedSet.Report.class);

    assertThat(report.generator()).isEqualTo(new GeneratorRef.File(generator));
    assertThat(report.counts()).isEqualTo(Map.of("bright", 1));
  }

  @Test
  void makesTheSameImagesFromTheSameSeed() throws Exception {
    generate(task(Map.of("bright", 3)));
    List<Digest> first = digests();
    Trees.delete(site.generated(PLAN));

    generate(task(Map.of("bright", 3)));

    assertThat(digests()).isEqualTo(first).doesNotHaveDuplicates();
  }

  @Test
  void reusesAFinishedSet() throws Exception {
    generate(task(Map.of("bright", 3)));
    List<Digest> first = digests();

    TaskReport.Generated again = generate(task(Map.of("bright", 3)));

    assertThat(again.reused()).isTrue();
    assertThat(again.counts()).isEqualTo(Map.of("bright", 3));
    assertThat(digests()).isEqualTo(first);
  }

  @Test
  void removesWhatAKilledAttemptLeft() throws Exception {
    Path generated = Files.createDirectories(site.path().resolve("generated"));
    Files.createDirectories(generated.resolve(".partial-" + PLAN.hex() + "-1/bright"));
    Files.createFile(generated.resolve(".partial-" + PLAN.hex() + "-1/bright/00000.png"));
    Files.createDirectories(generated.resolve(PLAN.hex()).resolve("dark"));

    generate(task(Map.of("bright", 1)));

    assertThat(entries(generated)).containsExactly(PLAN.hex());
    assertThat(entries(generated.resolve(PLAN.hex()))).containsExactly("bright", "report.json");
  }

  @Test
  void leavesNothingWhenItIsCancelled() {
    List<String> stages = new ArrayList<>();
    Progress cancelling =
        (_, stage) -> {
          stages.add(stage);
          if (stage.startsWith("dark")) {
            throw new KumiaiException.Cancelled("not wanted");
          }
        };

    assertThatThrownBy(() -> perform(task(Map.of("bright", 1, "dark", 1)), cancelling))
        .isInstanceOf(KumiaiException.Cancelled.class);

    assertThat(stages).anyMatch(stage -> stage.startsWith("bright"));
    assertThat(site.path().resolve("generated")).isEmptyDirectory();
  }

  @Test
  void tellsHowFarTheWholeSetIs() {
    List<Double> fractions = new ArrayList<>();

    perform(task(Map.of("bright", 2, "dark", 2)), (fraction, _) -> fractions.add(fraction));

    assertThat(fractions).isSorted().allMatch(f -> f >= 0 && f <= 1).endsWith(1.0).contains(0.5);
  }

  @Test
  void startsFromRealSamplesWhereTheSiteHasSome() throws Exception {
    LabelledImages own = shades(10);
    ImageFolderWriter.write(
        own.select(new int[] {0, 3, 6}), Files.createDirectories(site.privateData("shades")));

    generate(mixed(Map.of("bright", 3, "dark", 1), 0));

    LabelledImages made = ImageSets.load(site.generated(PLAN), KNOWN, FORM).images();
    assertThat(made.countByName()).isEqualTo(Map.of("bright", 3, "dark", 1, "grey", 0));
    // A strength of 0 keeps the real sample.
    assertThat(List.of(made.contentDigest(0), made.contentDigest(1), made.contentDigest(2)))
        .containsExactlyInAnyOrder(
            own.contentDigest(0), own.contentDigest(3), own.contentDigest(6));
    GeneratedSet.Report report =
        KumiaiJson.mapper()
            .readValue(
                site.generated(PLAN).resolve("report.json").toFile(), GeneratedSet.Report.class);
    assertThat(report.unguided()).containsExactly("dark");
  }

  @Test
  void listsTheGeneratorsThatAreThereWhenTheRightOneIsNot() throws Exception {
    Path other = root.resolve("more");
    Files.createDirectories(other);
    byte[] whole = Files.readAllBytes(generators.resolve("shades.safetensors"));
    Files.write(other.resolve("cut.safetensors"), Arrays.copyOf(whole, whole.length / 2));
    work = new GenerationWork(new TestConfig(), config(Optional.of(List.of(generators, other))));
    Digest missing = Digest.of(new byte[] {7});

    assertThatThrownBy(() -> perform(task(missing, FORM, Map.of("bright", 1)), Progress.SILENT))
        .isInstanceOf(KumiaiException.NotFound.class)
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("shades.safetensors (sha256:" + generator.hex().substring(0, 12))
        .hasMessageContaining("cut.safetensors (unusable")
        .extracting("code")
        .isEqualTo("generator-missing");
  }

  @Test
  void saysThatNoFolderForGeneratorsIsSet() {
    work = new GenerationWork(new TestConfig(), config(Optional.empty()));

    assertThatThrownBy(() -> perform(task(Map.of("bright", 1)), Progress.SILENT))
        .hasMessageContaining("kumiai.generation.generators");
  }

  @Test
  void refusesAClassThatTheGeneratorDoesNotKnow() {
    assertThatThrownBy(() -> perform(task(Map.of("bright", 1, "purple", 1)), Progress.SILENT))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("purple")
        .extracting("code")
        .isEqualTo("generator-class-unknown");
    assertThat(site.path().resolve("generated")).isEmptyDirectory();
  }

  @Test
  void refusesAnotherFormThanTheGenerators() {
    TaskSpec.Generate task = task(generator, new ImageForm(16, 3), Map.of("bright", 1));

    assertThatThrownBy(() -> perform(task, Progress.SILENT))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("8x8")
        .hasMessageContaining("16x16")
        .extracting("code")
        .isEqualTo("generator-form-mismatch");
  }

  @Test
  void refusesWhatIsNotItsWork() {
    TaskSpec initialize =
        new TaskSpec.Initialize(
            new ModelSpec(ModelSpec.Architecture.MLP, null, null), data(FORM), 1);

    assertThatThrownBy(() -> perform(initialize, Progress.SILENT))
        .extracting("code")
        .isEqualTo("task-kind-unknown");
  }

  private static TaskSpec.Generate task(Map<String, Integer> budget) {
    return task(generator, FORM, budget);
  }

  private static TaskSpec.Generate task(
      Digest generator, ImageForm form, Map<String, Integer> budget) {
    return task(generator, form, GenerationSpec.Guidance.PROMPT, 0.5, budget);
  }

  private static TaskSpec.Generate mixed(Map<String, Integer> budget, double strength) {
    return task(generator, FORM, GenerationSpec.Guidance.MIXED, strength, budget);
  }

  private static TaskSpec.Generate task(
      Digest generator,
      ImageForm form,
      GenerationSpec.Guidance guidance,
      double strength,
      Map<String, Integer> budget) {
    GenerationSpec spec =
        GenerationSpec.ofTotal(new GeneratorRef.File(generator), 10)
            .withGuidance(guidance, strength)
            .withSampling(2, 3);
    return new TaskSpec.Generate(PLAN, data(form), spec, budget, 9);
  }

  private static DataSpec data(ImageForm form) {
    return new DataSpec(
        "shades", List.of("bright", "dark", "grey", "purple"), form.size(), form.channels(), 0);
  }

  private TaskReport.Generated generate(TaskSpec task) {
    TaskResult result = perform(task, Progress.SILENT);
    return (TaskReport.Generated) ((TaskResult.Report) result).report();
  }

  private TaskResult perform(TaskSpec task, Progress progress) {
    return work.perform(
        new ClaimedTask(TaskId.random(), RunId.random(), SITE, 0, 2, 30, task),
        new Workbench(
            site,
            root,
            progress,
            _ -> {
              throw new AssertionError("generation needs no model");
            }));
  }

  private List<Digest> digests() {
    LabelledImages made = ImageSets.load(site.generated(PLAN), KNOWN, FORM).images();
    List<Digest> digests = new ArrayList<>();
    for (int i = 0; i < made.size(); i++) {
      digests.add(made.contentDigest(i));
    }
    return digests;
  }

  private static List<String> entries(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }

  /// Images of one shade each, no two the same.
  private static LabelledImages shades(int perClass) {
    List<byte[]> pixels = new ArrayList<>();
    int[] labels = new int[KNOWN.size() * perClass];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % KNOWN.size();
      byte[] image = new byte[FORM.values()];
      Arrays.fill(image, (byte) (60 + 60 * labels[i] + i));
      pixels.add(image);
    }
    return LabelledImages.of(KNOWN, FORM, pixels, labels);
  }

  private static GenerationConfig config(Optional<List<Path>> folders) {
    return new GenerationConfig() {
      @Override
      public Optional<List<Path>> generators() {
        return folders;
      }

      @Override
      public EngineDevice.Precision precision() {
        return EngineDevice.Precision.FLOAT32;
      }
    };
  }
}
