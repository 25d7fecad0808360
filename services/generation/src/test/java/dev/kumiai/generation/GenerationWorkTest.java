package dev.kumiai.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.ImageSets;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.protocol.run.FilterSpec;
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
import dev.kumiai.worker.generated.Rejection;
import dev.kumiai.worker.generated.SetReport;
import dev.kumiai.worker.generated.StoredSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real tasks with a generator that was trained for a moment.
final class GenerationWorkTest {

  private static final SiteId SITE = new SiteId("plant-a");
  private static final ImageForm FORM = Shades.FORM;
  private static final List<String> KNOWN = Shades.KNOWN;
  private static final Digest PLAN = Shades.PLAN;

  @TempDir private static Path generators;
  private static Digest generator;

  @TempDir private Path root;
  private GenerationWork work;
  private SiteFolder site;

  @BeforeAll
  static void trainAGenerator() {
    generator = Shades.train(generators);
  }

  @BeforeEach
  void open() {
    work = Offline.work(GenerationSettings.of(generators));
    site = new SiteFolder(root.resolve("plant-a"));
  }

  @Test
  void makesWhatTheBudgetSaysAndNothingElse() throws Exception {
    TaskReport.Generated report = generate(task(Map.of("bright", 5, "dark", 2, "grey", 0)));

    assertThat(report.counts()).isEqualTo(Map.of("bright", 5, "dark", 2));
    assertThat(report.reused()).isFalse();
    assertThat(report.dropped()).isEmpty();
    assertThat(report.cost()).satisfies(cost -> assertThat(cost.seconds()).isPositive());
    LabelledImages made =
        ImageSets.load(site.generated(PLAN), List.of("bright", "dark"), FORM).images();
    assertThat(made.countByName()).isEqualTo(Map.of("bright", 5, "dark", 2));
    assertThat(entries(site.path().resolve("generated"))).containsExactly(PLAN.hex());
  }

  @Test
  void leavesAReportBesideTheImages() throws Exception {
    generate(task(Map.of("bright", 1)));

    SetReport report = StoredSet.find(site, PLAN).orElseThrow().report();

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
  void takesAFolderWithoutAReportForNoSet() throws Exception {
    Path generated = Files.createDirectories(site.generated());
    Files.createDirectories(generated.resolve(PLAN.hex()).resolve("dark"));

    generate(task(Map.of("bright", 1)));

    assertThat(entries(generated)).containsExactly(PLAN.hex());
    assertThat(entries(generated.resolve(PLAN.hex())))
        .containsExactly(
            "bright", "cost.json", "manifest.jsonl", "plan.json", "quality.json", "report.json");
  }

  @Test
  void goesOnAfterItWasCancelled() throws Exception {
    List<String> stages = new ArrayList<>();
    Progress cancelling =
        (_, stage) -> {
          stages.add(stage);
          if (stage.startsWith("dark")) {
            throw new KumiaiException.Cancelled("not wanted");
          }
        };
    TaskSpec.Generate task = task(Map.of("bright", 1, "dark", 1));

    assertThatThrownBy(() -> perform(task, cancelling))
        .isInstanceOf(KumiaiException.Cancelled.class);
    List<String> again = new ArrayList<>();
    perform(task, (_, stage) -> again.add(stage));

    assertThat(stages).anyMatch(stage -> stage.startsWith("bright, "));
    assertThat(again)
        .noneMatch(stage -> stage.startsWith("bright, "))
        .anyMatch(stage -> stage.startsWith("dark, "));
  }

  @Test
  void tellsWhatWasNotWantedOfASetThatIsReused() throws Exception {
    generate(task(Map.of("bright", 3)));
    StoredSet set = StoredSet.find(site, PLAN).orElseThrow();
    Rejections.some(set, Set.of("bright/00001.png"), new Rejection("anna", Instant.EPOCH));

    TaskReport.Generated again = generate(task(Map.of("bright", 3)));

    assertThat(again.counts()).isEqualTo(Map.of("bright", 2));
    assertThat(again.rejected()).isEqualTo(1);
  }

  @Test
  void usesNoSetThatWasRejected() throws Exception {
    generate(task(Map.of("bright", 3)));
    Rejections.all(StoredSet.find(site, PLAN).orElseThrow(), new Rejection("anna", Instant.EPOCH));

    assertThatThrownBy(() -> perform(task(Map.of("bright", 3)), Progress.SILENT))
        .hasMessageContaining("rejected")
        .extracting("code")
        .isEqualTo("generated-set-rejected");
  }

  @Test
  void refusesABudgetThatMakesNoSense() {
    assertThatThrownBy(() -> perform(task(Map.of("bright", 0)), Progress.SILENT))
        .isInstanceOf(KumiaiException.Invalid.class)
        .extracting("code")
        .isEqualTo("budget-empty");
    assertThatThrownBy(() -> perform(task(Map.of("bright", -1, "rust", 4)), Progress.SILENT))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            invalid ->
                assertThat(invalid.violations())
                    .extracting(KumiaiException.Violation::where)
                    .containsExactly("/budget/bright", "/budget/rust"));
    assertThat(site.generated()).doesNotExist();
  }

  @Test
  void keepsNoCopyOfAPrivateSample() throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    List<byte[]> pixels = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      byte[] image = new byte[FORM.values()];
      random.nextBytes(image);
      pixels.add(image);
    }
    ImageFolderWriter.write(
        LabelledImages.of(List.of("bright"), FORM, pixels, new int[12]),
        Files.createDirectories(site.privateData("shades")));
    // A strength of 0 keeps the real sample.
    GenerationSpec copying =
        Shades.spec(generator)
            .withGuidance(GenerationSpec.Guidance.MIXED, 0)
            .withFilters(FilterSpec.DEFAULT);

    TaskReport.Generated report = generate(Shades.task(copying, Map.of("bright", 5)));

    assertThat(report.counts()).isEqualTo(Map.of("bright", 0));
    assertThat(report.dropped()).isEqualTo(Map.of(DropReason.NEAR_COPY, 2 * 5 + 50));
    assertThat(report.quality()).isNotNull();
  }

  @Test
  void measuresASetAgainstThePrivateSamples() throws Exception {
    ImageFolderWriter.write(Shades.images(20), Files.createDirectories(site.privateData("shades")));

    TaskReport.Generated report = generate(mixed(Map.of("bright", 6, "dark", 4), 0.5));

    assertThat(report.quality())
        .satisfies(
            quality -> {
              assertThat(quality.perClass()).containsKeys("bright", "dark");
              assertThat(quality.filtered())
                  .extractingByKey("bright")
                  .satisfies(bright -> assertThat(bright.kept()).isEqualTo(6));
            });
    assertThat(generate(mixed(Map.of("bright", 6, "dark", 4), 0.5)).quality())
        .as("of a set that is reused")
        .isEqualTo(report.quality());
  }

  @Test
  void measuresNothingWhereTheSiteSaysSo() throws Exception {
    ImageFolderWriter.write(Shades.images(20), Files.createDirectories(site.privateData("shades")));
    work = Offline.work(GenerationSettings.of(generators).unmeasured());
    TaskSpec.Generate task = mixed(Map.of("bright", 6), 0.5);

    TaskReport.Generated report = generate(task);

    assertThat(report.counts()).isEqualTo(Map.of("bright", 6));
    assertThat(report.quality()).isNull();
    assertThat(site.generated(task.planDigest()).resolve("quality.json")).doesNotExist();
  }

  @Test
  void tellsHowFarTheWholeSetIs() {
    List<Double> fractions = new ArrayList<>();

    perform(task(Map.of("bright", 2, "dark", 2)), (fraction, _) -> fractions.add(fraction));

    assertThat(fractions).isSorted().allMatch(f -> f >= 0 && f <= 1).endsWith(1.0).contains(0.5);
  }

  @Test
  void startsFromRealSamplesWhereTheSiteHasSome() throws Exception {
    LabelledImages own = Shades.images(10);
    ImageFolderWriter.write(
        own.select(new int[] {0, 3, 6}), Files.createDirectories(site.privateData("shades")));

    generate(mixed(Map.of("bright", 3, "dark", 1), 0));

    LabelledImages made = ImageSets.load(site.generated(PLAN), KNOWN, FORM).images();
    assertThat(made.countByName()).isEqualTo(Map.of("bright", 3, "dark", 1, "grey", 0));
    // A strength of 0 keeps the real sample.
    assertThat(List.of(made.contentDigest(0), made.contentDigest(1), made.contentDigest(2)))
        .containsExactlyInAnyOrder(
            own.contentDigest(0), own.contentDigest(3), own.contentDigest(6));
    SetReport report = StoredSet.find(site, PLAN).orElseThrow().report();
    assertThat(report.unguided()).containsExactly("dark");
  }

  @Test
  void listsTheGeneratorsThatAreThereWhenTheRightOneIsNot() throws Exception {
    Path other = root.resolve("more");
    Files.createDirectories(other);
    byte[] whole = Files.readAllBytes(generators.resolve("shades.safetensors"));
    Files.write(other.resolve("cut.safetensors"), Arrays.copyOf(whole, whole.length / 2));
    work = Offline.work(GenerationSettings.of(generators, other));
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
    work = Offline.work(GenerationSettings.NO_FOLDERS);

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
    assertThat(site.generated()).doesNotExist();
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
            new ModelSpec(ModelSpec.Architecture.MLP, null, null), Shades.data(FORM), 1);

    assertThatThrownBy(() -> perform(initialize, Progress.SILENT))
        .extracting("code")
        .isEqualTo("task-kind-unknown");
  }

  private static TaskSpec.Generate task(Map<String, Integer> budget) {
    return task(generator, FORM, budget);
  }

  private static TaskSpec.Generate task(
      Digest generator, ImageForm form, Map<String, Integer> budget) {
    return task(generator, form, GenerationSpec.Guidance.PROMPT, 1, budget);
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
    GenerationSpec spec = Shades.spec(generator).withGuidance(guidance, strength);
    return new TaskSpec.Generate(PLAN, Shades.data(form), spec, budget, 9);
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
      return children
          .map(child -> child.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }
}
