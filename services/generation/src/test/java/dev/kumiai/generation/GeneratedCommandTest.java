package dev.kumiai.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.generated.StoredSet;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a person at a site does with its generated sets.
final class GeneratedCommandTest {

  private static final String PLAN = Shades.PLAN.hex();

  @TempDir private static Path generators;
  private static Digest generator;

  @TempDir private Path root;
  private SiteFolder site;
  private StringWriter out = new StringWriter();
  private @Nullable KumiaiException refusal;

  @BeforeAll
  static void train() {
    generator = Shades.train(generators);
  }

  @BeforeEach
  void open() {
    site = new SiteFolder(root.resolve("plant-a"));
  }

  private StoredSet generate(Map<String, Integer> budget) {
    return making().make(Shades.task(generator, budget), site, Progress.SILENT);
  }

  private static SetMaking making() {
    EngineDevice device = EngineDevice.cpu(1);
    return new SetMaking(
        Offline.generators(generators),
        SiteJudge.measuring(true),
        () -> device,
        0,
        Clock.systemUTC());
  }

  @Test
  void listsTheSetsOfASite() throws Exception {
    Files.createDirectories(site.path());
    assertThat(run("list")).containsExactly("Nothing was generated at this site yet.");
    generate(Map.of("bright", 5, "dark", 2));
    TaskSpec.Generate task = Shades.task(generator, Map.of("bright", 4));
    Digest next = Digest.of(new byte[] {2});
    new GeneratedSet(site, next)
        .begin(
            new SetPlan(
                new TaskSpec.Generate(next, task.data(), task.generation(), task.budget(), 1),
                next,
                null),
            Clock.systemUTC().instant());

    List<String> lines = run("list");

    assertThat(lines).hasSize(3);
    assertThat(lines.getFirst()).startsWith("Plan ").contains("Generator", "Budget", "Age");
    assertThat(lines)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith(PLAN.substring(0, 12))
                    .contains("sha256:", " whole ", "0 min")
                    .containsPattern(" 7 +7 +0 +0 "))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith(next.hex().substring(0, 12))
                    .contains("unfinished")
                    .containsPattern(" 0 +4 +0 +0 "));
  }

  @Test
  void showsASetClassByClass() {
    generate(Map.of("bright", 5, "dark", 2));
    run("reject", "--sample", "dark/1", "--by", "anna");

    List<String> lines = run("show", PLAN.substring(0, 6));

    assertThat(lines)
        .contains("plan       sha256:" + PLAN, "generator  " + generator)
        .anyMatch(line -> line.matches("Class +Budget +Kept +Rejected +Drawn +Unjudged"))
        .anyMatch(line -> line.matches("bright +5 +5 +0 +5 +5"))
        .anyMatch(line -> line.matches("dark +2 +1 +1 +2 +2"));
  }

  @Test
  void showsHowGoodASetIs() throws Exception {
    ImageFolderWriter.write(Shades.images(30), Files.createDirectories(site.privateData("shades")));
    generate(Map.of("bright", 30, "dark", 2));

    List<String> lines = run("show");

    assertThat(lines)
        .anyMatch(line -> line.matches("Distance from the private samples, .* site-cnn-128"))
        .anyMatch(line -> line.matches("all classes +90 +32 +- +[-0-9.e]+ \\+- [0-9.e-]+( .*){3}"))
        .anyMatch(line -> line.matches("dark +30 +2 +- +- +- +- +-"))
        .contains("'-' stands where samples are too few:", "Attack: who guided the generator?")
        .allMatch(line -> line.length() <= TextTable.WIDTH || line.startsWith("folder "));
  }

  @Test
  void saysWhereASetWasNotMeasured() throws Exception {
    StoredSet set = generate(Map.of("bright", 2));
    Files.writeString(set.folder().resolve("quality.json"), "{");
    assertThat(run("show").getLast()).contains("quality.json of the set cannot be read");

    Files.delete(set.folder().resolve("quality.json"));

    assertThat(run("show").getLast()).contains("kumiai.generation.measures=false");
  }

  @Test
  void drawsASheetOfEachClassAndNeverARejectedSample() throws Exception {
    generate(Map.of("bright", 5, "dark", 2));
    Path sheets = root.resolve("sheets");

    List<String> lines = run("sheet", "--out", sheets, "--columns", 3);
    byte[] before = Files.readAllBytes(sheets.resolve("bright.png"));
    run("reject", "--sample", "bright/00002.png");
    run("sheet", "--out", sheets, "--columns", 3, "--classes", "bright");

    assertThat(lines)
        .containsExactly(
            sheets.resolve("bright.png") + "  5 samples",
            sheets.resolve("dark.png") + "  2 samples");
    assertThat(Files.readAllBytes(sheets.resolve("bright.png"))).isNotEqualTo(before);
  }

  @Test
  void rejectsSamplesAndMakesOthersInTheirPlace() throws Exception {
    StoredSet set = generate(Map.of("bright", 5, "dark", 2));

    assertThat(run("reject", "--sample", "bright/2", "--sample", "dark/00000.png", "--by", "anna"))
        .containsExactly("2 samples rejected, 5 are left");
    assertThat(set.folder().resolve("bright/00002.png")).doesNotExist();
    assertThat(set.folder().resolve(".rejected/bright/00002.png")).exists();
    assertThat(Files.readString(set.folder().resolve("manifest.jsonl")))
        .contains("\"by\":\"anna\"");
    assertThat(run("regenerate", "--generators", generators)).containsExactly("7 samples");

    assertThat(StoredSet.find(site, Shades.PLAN).orElseThrow().files())
        .contains("bright/00005.png", "dark/00002.png")
        .doesNotContain("bright/00002.png", "dark/00000.png")
        .hasSize(7);
  }

  @Test
  void rejectsAWholeSet() {
    generate(Map.of("bright", 5, "dark", 2));

    assertThat(run("reject", "--all")).containsExactly("7 samples rejected, 0 are left");
    assertThat(run("list").getLast()).contains(" rejected ");
    assertThat(run("show")).anyMatch(line -> line.startsWith("rejected   by "));
    // The worker's own folders
    assertThat(run("regenerate")).containsExactly("7 samples");
    assertThat(run("list").getLast()).contains(" whole ");
  }

  @Test
  void tellsInOneSentenceWhatIsWrong() {
    assertRefused("site-folder-missing", "list");
    generate(Map.of("bright", 2));
    assertRefused("generated-set-missing", "show", "ffff");
    assertRefused("generated-sample-missing", "reject", "--sample", "bright/7");
    assertRefused("generated-sample-missing", "reject", "--sample", "../x");
    assertRefused("class-unknown", "sheet", "--classes", "rust", "--out", root.resolve("x"));
    assertRefused("option-invalid", "sheet", "--columns", 0);
    assertRefused("generator-missing", "regenerate", "--generators", root);
    assertThat(status("reject")).isEqualTo(2);
    assertThat(status("reject", "--all", "--sample", "bright/0")).isEqualTo(2);
  }

  @Test
  void namesTheSetsWhereSeveralAreMeant() {
    generate(Map.of("bright", 2));
    TaskSpec.Generate task = Shades.task(generator, Map.of("dark", 1));
    making()
        .make(
            new TaskSpec.Generate(
                Digest.of(new byte[] {2}), task.data(), task.generation(), task.budget(), 1),
            site,
            Progress.SILENT);

    assertRefused("generated-set-ambiguous", "show");
    assertThat(refusal).hasMessageContaining(PLAN.substring(0, 12));
  }

  private void assertRefused(String code, Object... arguments) {
    assertThat(status(arguments)).isNotZero();
    assertThat(refusal).isNotNull().extracting(KumiaiException::code).isEqualTo(code);
  }

  private List<String> run(Object... arguments) {
    int status = status(arguments);
    assertThat(status).as("%s", refusal).isZero();
    return out.toString().lines().toList();
  }

  private int status(Object... arguments) {
    List<String> all = new ArrayList<>(List.of("generated"));
    for (Object argument : arguments) {
      all.add(argument.toString());
    }
    all.addAll(List.of("--site-folder", site.path().toString()));
    out = new StringWriter();
    refusal = null;
    return Offline.commands(GenerationSettings.of(generators))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(new StringWriter()))
        .setExecutionExceptionHandler(
            (thrown, _, _) -> {
              if (thrown instanceof KumiaiException expected) {
                refusal = expected;
                return 1;
              }
              throw thrown;
            })
        .execute(all.toArray(String[]::new));
  }
}
