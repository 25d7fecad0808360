package dev.kumiai.generation;

import static dev.kumiai.generation.Shades.PLAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.quality.DropReason;
import dev.kumiai.core.quality.FilterCounts;
import dev.kumiai.core.quality.QualityReport;
import dev.kumiai.core.quality.Verdict;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.generated.GeneratedSample;
import dev.kumiai.worker.generated.Manifest;
import dev.kumiai.worker.generated.Rejection;
import dev.kumiai.worker.generated.SetReport;
import dev.kumiai.worker.generated.StoredSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sets of a real generator: made, filtered, broken off, gone on with, rejected and made anew.
final class SetMakingTest {

  private static final EngineDevice DEVICE = EngineDevice.cpu(1);
  private static final Rejection ANNA = new Rejection("anna", Instant.EPOCH);

  @TempDir private static Path generators;
  private static Digest generator;

  @TempDir private Path root;
  private SiteFolder site;
  private SiteFolder other;

  @BeforeAll
  static void train() {
    generator = Shades.train(generators);
  }

  @BeforeEach
  void open() {
    site = new SiteFolder(root.resolve("plant-a"));
    other = new SiteFolder(root.resolve("plant-b"));
  }

  /// Drops everything.
  private static final class NeverContent implements SetJudge {
    @Override
    public List<Verdict> judge(LabelledImages batch) {
      return IntStream.range(0, batch.size())
          .<Verdict>mapToObj(_ -> new Verdict.Dropped(DropReason.CONSTANT))
          .toList();
    }

    @Override
    public void remember(LabelledImages kept) {}

    @Override
    public Optional<QualityReport> measure(
        LabelledImages kept, BitSet guides, Map<String, FilterCounts> filtered, Progress progress) {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  private static SetMaking making(SetMaking.Judges judges) {
    return new SetMaking(
        Offline.generators(generators), judges, () -> DEVICE, 1 << 20, Clock.systemUTC());
  }

  private static SetMaking choosy() {
    return making((_, _, _, _) -> new Choosy());
  }

  private static SetMaking plain() {
    return making(SiteJudge.measuring(true));
  }

  private static SetReport.OfClass of(StoredSet set, String label) {
    return Objects.requireNonNull(set.report().classes().get(label));
  }

  private static TaskSpec.Generate task(Map<String, Integer> budget) {
    return Shades.task(generator, budget);
  }

  @Test
  void drawsFurtherSamplesInThePlaceOfDroppedOnes() throws Exception {
    StoredSet set = choosy().make(task(Map.of("bright", 100, "dark", 7)), site, Progress.SILENT);

    SetReport.OfClass bright = of(set, "bright");
    assertThat(set.report().counts()).isEqualTo(Map.of("bright", 100, "dark", 7));
    assertThat(bright.drawn()).isGreaterThan(100);
    assertThat(bright.dropped().values().stream().mapToInt(n -> n).sum())
        .isEqualTo(bright.drawn() - 100);
    assertThat(set.samples().stream().filter(sample -> sample.label().equals("bright")))
        .extracting(GeneratedSample::index)
        .containsExactlyElementsOf(IntStream.range(0, bright.drawn()).boxed().toList());
    assertThat(set.files()).hasSize(107).allMatch(file -> Files.exists(set.folder().resolve(file)));
    assertThat(Shades.contents(set.folder()).keySet())
        .filteredOn(name -> name.endsWith(".png"))
        .containsExactlyElementsOf(set.files());
  }

  @Test
  void aClassOfWhichNothingIsKeptEndsShort() throws Exception {
    StoredSet set =
        making((_, _, _, _) -> new NeverContent())
            .make(task(Map.of("bright", 30, "dark", 1)), site, Progress.SILENT);

    assertThat(set.report().counts()).isEqualTo(Map.of("bright", 0, "dark", 0));
    assertThat(of(set, "bright").drawn()).isEqualTo(2 * 30 + 50);
    assertThat(of(set, "dark").drawn()).isEqualTo(2 + 50);
    assertThat(set.report().dropped()).isEqualTo(Map.of(DropReason.CONSTANT, 110 + 52));
    assertThat(of(set, "bright").missing()).isEqualTo(30);
    assertThat(set.files()).isEmpty();
  }

  @Test
  void everyLineSaysWhatItsSampleWasMadeFrom() throws Exception {
    ImageFolderWriter.write(
        Shades.images(4).select(new int[] {0, 3, 6}),
        Files.createDirectories(site.privateData("shades")));
    TaskSpec.Generate task =
        Shades.task(
            Shades.spec(generator).withGuidance(Guidance.MIXED, 0.4),
            Map.of("bright", 4, "dark", 1));

    StoredSet set = plain().make(task, site, Progress.SILENT);

    List<GeneratedSample> bright =
        set.samples().stream().filter(sample -> sample.label().equals("bright")).toList();
    assertThat(bright)
        .allSatisfy(
            sample -> {
              assertThat(sample.generator()).isEqualTo(new GeneratorRef.File(generator));
              assertThat(sample.guidance()).isEqualTo(Guidance.MIXED);
              assertThat(sample.strength()).isEqualTo(0.4);
              assertThat(sample.seed()).isEqualTo(9);
              assertThat(sample.prompt()).isNull();
              assertThat(sample.digest()).isEqualTo(Digest.of(set.folder().resolve(sample.file())));
            });
    assertThat(bright.subList(0, 3))
        .extracting(GeneratedSample::realSample)
        .containsExactlyInAnyOrder(0, 1, 2);
    GeneratedSample dark = set.samples().getLast();
    assertThat(dark.guidance()).isEqualTo(Guidance.PROMPT);
    assertThat(dark.realSample()).isNull();
    assertThat(set.report().unguided()).containsExactly("dark");
    String line = Files.readAllLines(set.folder().resolve("manifest.jsonl")).getFirst();
    assertThat(line).contains("\"synthetic\":true", "\"verdict\":\"KEPT\"", "\"class\":\"bright\"");
  }

  @Test
  void aRealSampleThatIsNamedIsTheOneThatWasTaken() throws Exception {
    LabelledImages own = Shades.images(6).select(new int[] {0, 3, 6, 9, 12});
    ImageFolderWriter.write(own, Files.createDirectories(site.privateData("shades")));
    TaskSpec.Generate task =
        Shades.task(Shades.spec(generator).withGuidance(Guidance.MIXED, 0), Map.of("bright", 7));

    StoredSet set = plain().make(task, site, Progress.SILENT);

    // A strength of 0 keeps the real sample.
    for (GeneratedSample sample : set.samples()) {
      assertThat(sample.digest())
          .isEqualTo(
              Digest.of(ImageFolderWriter.png(own, Objects.requireNonNull(sample.realSample()))));
    }
  }

  private static SortedMap<String, Digest> undisturbed(TaskSpec.Generate task, SiteFolder where) {
    return Shades.contents(choosy().make(task, where, Progress.SILENT).folder());
  }

  @Test
  void goesOnAfterTheLastStoredBatchAndEndsWithTheSameBits() throws Exception {
    TaskSpec.Generate task = task(Map.of("bright", 200, "dark", 90, "grey", 5));
    SortedMap<String, Digest> undisturbed = undisturbed(task, other);

    for (int batches = 1; batches <= 4; batches++) {
      assertThatThrownBy(() -> choosy().make(task, site, failingAfterBatches(1)))
          .isInstanceOf(IllegalStateException.class);
      assertThat(StoredSet.find(site, PLAN)).isEmpty();
      assertThat(lines(partial())).isGreaterThanOrEqualTo(batches * 32L);
    }
    StoredSet set = choosy().make(task, site, Progress.SILENT);

    assertThat(Shades.contents(set.folder())).isEqualTo(undisturbed);
  }

  private Path partial() {
    return site.generated().resolve(".partial-" + PLAN.hex());
  }

  private static long lines(Path folder) throws IOException {
    return Files.readAllLines(folder.resolve("manifest.jsonl")).size();
  }

  /// A generator that fails in the middle of a batch, as one does whose device is lost.
  private Progress failingAfterBatches(int batches) {
    long[] begun = {-1};
    return (_, stage) -> {
      if (stage.contains(", sample")) {
        try {
          long now = Files.exists(partial().resolve("manifest.jsonl")) ? lines(partial()) : 0;
          begun[0] = begun[0] < 0 ? now : begun[0];
          if (now - begun[0] >= batches * 1L) {
            throw new IllegalStateException("the device is lost");
          }
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    };
  }

  @Test
  void makesAgainWhatWasTornOrIsNotWhatItsLineSays() throws Exception {
    TaskSpec.Generate task = task(Map.of("bright", 200));
    SortedMap<String, Digest> undisturbed = undisturbed(task, other);
    breakOff(task, 3);
    // Half a line and half a batch, images that nobody wrote down, and an image that lost its
    // content
    // in a power cut.
    Path manifest = partial().resolve("manifest.jsonl");
    List<String> lines = Files.readAllLines(manifest);
    Files.writeString(
        manifest,
        lines.getFirst() + "\n" + lines.get(1).substring(0, 40),
        StandardOpenOption.APPEND);
    Files.write(partial().resolve("bright/09999.png"), new byte[] {1});
    Path emptied = partial().resolve(lastOf(partial()));
    Files.write(emptied, new byte[0]);

    StoredSet set = choosy().make(task, site, Progress.SILENT);

    assertThat(Shades.contents(set.folder())).isEqualTo(undisturbed);
  }

  private static String lastOf(Path folder) throws IOException {
    return Objects.requireNonNull(
        Manifest.read(folder).samples().stream()
            .filter(GeneratedSample::isKept)
            .toList()
            .getLast()
            .file());
  }

  private void breakOff(TaskSpec.Generate task, int batches) {
    for (int i = 0; i < batches; i++) {
      assertThatThrownBy(() -> choosy().make(task, site, failingAfterBatches(1)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void beginsAnewWhereTheManifestIsNoManifest() throws Exception {
    TaskSpec.Generate task = task(Map.of("bright", 100));
    SortedMap<String, Digest> undisturbed = undisturbed(task, other);
    breakOff(task, 1);
    Files.writeString(partial().resolve("manifest.jsonl"), "{\"class\":\"bright\"}\n");

    assertThat(Shades.contents(choosy().make(task, site, Progress.SILENT).folder()))
        .isEqualTo(undisturbed);
  }

  @Test
  void doesNotMixSamplesThatWereMadeFromOtherPrivateData() throws Exception {
    TaskSpec.Generate task =
        Shades.task(
            Shades.spec(generator).withGuidance(Guidance.MIXED, 0.5), Map.of("bright", 100));
    for (SiteFolder each : List.of(site, other)) {
      ImageFolderWriter.write(
          Shades.images(2), Files.createDirectories(each.privateData("shades")));
    }
    breakOff(task, 1);
    for (SiteFolder each : List.of(site, other)) {
      ImageFolderWriter.write(Shades.images(5), each.privateData("shades"));
    }

    assertThat(Shades.contents(choosy().make(task, site, Progress.SILENT).folder()))
        .isEqualTo(undisturbed(task, other));
  }

  @Test
  void removesWhatNobodyHasGoneOnWithForLong() throws Exception {
    Path old = Files.createDirectories(site.generated().resolve(".partial-" + "0".repeat(64)));
    Path recent = Files.createDirectories(site.generated().resolve(".partial-" + "1".repeat(64)));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(31 * 86_400)));

    plain().make(task(Map.of("bright", 1)), site, Progress.SILENT);

    assertThat(old).doesNotExist();
    assertThat(recent).exists();
  }

  @Test
  void twoProcessesDoNotWriteOneSet() throws Exception {
    TaskSpec.Generate task = task(Map.of("bright", 1));
    try (SetLock _ = new GeneratedSet(site, PLAN).lock()) {
      assertThatThrownBy(() -> plain().make(task, site, Progress.SILENT))
          .isInstanceOf(KumiaiException.Unavailable.class)
          .extracting("code")
          .isEqualTo("generated-set-in-use");
    }

    assertThat(plain().make(task, site, Progress.SILENT).files()).hasSize(1);
  }

  @Test
  void beginsNothingThatTheDiskHasNoRoomFor() {
    TaskSpec.Generate task =
        task(Map.of("bright", 100_000_000, "dark", 100_000_000, "grey", 100_000_000));

    assertThatThrownBy(() -> plain().make(task, site, Progress.SILENT))
        .isInstanceOf(KumiaiException.StorageFull.class)
        .hasMessageContaining("300000000 generated samples")
        .hasMessageContaining("lower the run's budget")
        .extracting("code")
        .isEqualTo("disk-too-small");
    assertThat(StoredSet.find(site, PLAN)).isEmpty();
  }

  @Test
  void regeneratesRejectedSamplesWithTheNextIndices() throws Exception {
    TaskSpec.Generate task = task(Map.of("bright", 80, "dark", 3));
    StoredSet set = choosy().make(task, site, Progress.SILENT);
    int drawn = of(set, "bright").drawn();
    List<String> files = set.files();
    Set<String> two = Set.copyOf(files.subList(4, 6));
    Map<String, Digest> before = new TreeMap<>(Shades.contents(set.folder()));

    StoredSet rejected = Rejections.some(set, two, ANNA);
    StoredSet after = choosy().regenerate(rejected, site, Progress.SILENT);

    assertThat(rejected.report().counts()).isEqualTo(Map.of("bright", 78, "dark", 3));
    assertThat(after.report().counts()).isEqualTo(Map.of("bright", 80, "dark", 3));
    assertThat(of(after, "bright").rejected()).isEqualTo(2);
    List<String> fresh = new ArrayList<>(after.files());
    fresh.removeAll(files);
    assertThat(fresh)
        .hasSize(2)
        .allMatch(file -> file.compareTo(SetMaker.file("bright", drawn)) >= 0);
    Map<String, Digest> now = Shades.contents(set.folder());
    two.forEach(
        file -> {
          assertThat(now).doesNotContainKey(file);
          assertThat(now.get(".rejected/" + file)).isEqualTo(before.get(file));
        });
    assertThat(after.samples())
        .filteredOn(sample -> two.contains(String.valueOf(sample.file())))
        .allSatisfy(sample -> assertThat(sample.rejection()).isEqualTo(ANNA));
  }

  @Test
  void regeneratingGoesOnWhereItWasBrokenOff() throws Exception {
    TaskSpec.Generate task = task(Map.of("bright", 150));
    for (SiteFolder each : List.of(site, other)) {
      Rejections.all(choosy().make(task, each, Progress.SILENT), ANNA);
    }
    StoredSet undisturbed =
        choosy().regenerate(StoredSet.find(other, PLAN).orElseThrow(), other, Progress.SILENT);

    int[] reports = new int[1];
    assertThatThrownBy(
            () ->
                choosy()
                    .regenerate(
                        StoredSet.find(site, PLAN).orElseThrow(),
                        site,
                        (_, stage) -> {
                          if (stage.contains(", sample") && ++reports[0] > 8) {
                            throw new KumiaiException.Cancelled("enough");
                          }
                        }))
        .isInstanceOf(KumiaiException.Cancelled.class);
    StoredSet half = StoredSet.find(site, PLAN).orElseThrow();
    assertThat(half.files()).isNotEmpty();
    assertThatThrownBy(half::requireUsable).isInstanceOf(KumiaiException.Conflict.class);
    StoredSet whole = choosy().regenerate(half, site, Progress.SILENT);

    assertThat(whole.requireUsable().report().counts()).isEqualTo(Map.of("bright", 150));
    assertThat(Shades.contents(whole.folder())).isEqualTo(Shades.contents(undisturbed.folder()));
  }

  @Test
  void doesNotRegenerateFromOtherPrivateDataOrOnDamagedFiles() throws Exception {
    StoredSet set = plain().make(task(Map.of("bright", 3)), site, Progress.SILENT);
    StoredSet rejected = Rejections.some(set, Set.of("bright/00000.png"), ANNA);

    Files.write(set.folder().resolve("bright/00001.png"), new byte[] {1});
    assertThatThrownBy(() -> plain().regenerate(rejected, site, Progress.SILENT))
        .extracting("code")
        .isEqualTo("generated-set-damaged");
    ImageFolderWriter.write(Shades.images(2), Files.createDirectories(site.privateData("shades")));
    assertThatThrownBy(() -> plain().regenerate(rejected, site, Progress.SILENT))
        .extracting("code")
        .isEqualTo("generated-set-sources-changed");
  }
}
