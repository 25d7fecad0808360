package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.artifact.ArtifactUsage;
import dev.kumiai.protocol.artifact.GarbageReport;
import dev.kumiai.protocol.ledger.LedgerFinding;
import dev.kumiai.protocol.ledger.LedgerReport;
import dev.kumiai.protocol.run.RetentionSpec;
import dev.kumiai.protocol.run.RetentionSpec.Updates;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunPhase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What retention keeps and what garbage collection removes.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class GarbageTest {

  private static final Duration PAST_GRACE = Duration.ofHours(2);
  private static final Duration PAST_UNUSED = Duration.ofDays(8);

  @TempDir private Path folder = Path.of("");

  private final Aggregator aggregator;

  @Inject
  GarbageTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  /// What the tests of other classes left shall not count here.
  @BeforeEach
  void removeWhatIsLeft() {
    aggregator.pass(PAST_UNUSED);
    collect(false);
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  private GarbageReport collect(boolean dryRun) {
    return aggregator.client().collectGarbage(dryRun);
  }

  private RunId finished(RetentionSpec retention, int rounds, TinySite... sites) {
    RunId run =
        aggregator.startInitialized(
            new TinySpec(sites).rounds(rounds).seed(System.nanoTime()).retention(retention),
            sites[0]);
    for (int round = 0; round < rounds; round++) {
      for (TinySite site : sites) {
        site.workOnce(TaskKind.TRAIN);
      }
    }
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
    return run;
  }

  private List<Digest> models(RunId run) {
    return aggregator.client().rounds(run).stream().map(RoundView::model).toList();
  }

  private Digest upload(long seed) {
    Path file = folder.resolve("weights");
    TinyModel.write(file, TinyModel.initial(seed));
    return aggregator.client().uploadModel(file);
  }

  private long kept() {
    return aggregator.client().artifactUsage().files();
  }

  @Test
  void keepsEverythingOfARunThatDoesNotSayOtherwise() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run = finished(RetentionSpec.ALL, 2, a, b);

    aggregator.pass(PAST_UNUSED);

    assertThat(collect(false).files()).isZero();
    assertThat(models(run)).hasSize(3).allMatch(aggregator::keeps);
  }

  @Test
  void keepsModelsAndNoUpdates() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    long before = kept();
    RunId run = finished(new RetentionSpec(Updates.NONE, null), 2, a, b);
    assertThat(kept() - before).isEqualTo(3 + 4);
    assertThat(collect(false).files()).as("within the grace period").isZero();
    aggregator.pass(PAST_GRACE);

    GarbageReport told = collect(true);
    assertThat(kept() - before).as("after a dry run").isEqualTo(3 + 4);
    GarbageReport done = collect(false);

    assertThat(told.files()).isEqualTo(4);
    assertThat(told.bytes()).isPositive();
    assertThat(done).isEqualTo(new GarbageReport(false, told.files(), told.bytes()));
    assertThat(models(run)).hasSize(3).allMatch(aggregator::keeps);
    assertThat(collect(false).files()).as("again").isZero();
  }

  @Test
  void keepsTheLastRoundsAndWhatTheRunStartedFrom() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = finished(new RetentionSpec(Updates.LAST_ROUNDS, 1), 3, a);
    List<Digest> models = models(run);
    aggregator.pass(PAST_GRACE);

    assertThat(collect(false).files()).as("two updates and two models").isEqualTo(4);

    assertThat(models).hasSize(4);
    assertThat(models.get(0)).matches(aggregator::keeps);
    assertThat(models.get(1)).matches(digest -> !aggregator.keeps(digest));
    assertThat(models.get(2)).matches(digest -> !aggregator.keeps(digest));
    assertThat(models.get(3)).matches(aggregator::keeps);
    assertThatThrownBy(() -> download(models.get(1)))
        .isInstanceOf(KumiaiException.Gone.class)
        .hasMessageContaining(models.get(1).toString())
        .hasMessageContaining("removed")
        .extracting("code")
        .isEqualTo("artifact-removed");
    download(models.get(3));
  }

  @Test
  void theLedgerTellsWhatRetentionLetGoFromWhatIsLost() throws IOException {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = finished(new RetentionSpec(Updates.LAST_ROUNDS, 1), 3, a);
    aggregator.pass(PAST_GRACE);
    long before = aggregator.client().verifyLedger(run).artifacts();

    collect(false);
    LedgerReport after = aggregator.client().verifyLedger(run);
    Files.delete(aggregator.fileOf(models(run).getLast()));
    LedgerReport lost = aggregator.client().verifyLedger(run);
    aggregator.leftTamperedWith(run);

    assertThat(after.findings()).isEmpty();
    assertThat(after.artifactsRemoved()).isEqualTo(4);
    assertThat(after.artifacts()).isEqualTo(before - 4);
    assertThat(lost.findings())
        .singleElement()
        .returns("artifact-missing", LedgerFinding::code)
        .returns("artifact " + models(run).getLast(), LedgerFinding::where);
  }

  private void download(Digest digest) {
    aggregator.client().downloadModel(digest, folder.resolve(digest.hex()));
  }

  @Test
  void takesNothingFromARunThatGoesOn() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    RunId run =
        aggregator.startInitialized(
            new TinySpec(a, b).rounds(2).retention(new RetentionSpec(Updates.NONE, null)), a);
    a.workOnce(TaskKind.TRAIN);
    aggregator.client().suspend(run);
    aggregator.pass(PAST_UNUSED);

    assertThat(collect(false).files()).isZero();

    aggregator.client().resume(run);
    b.workOnce(TaskKind.TRAIN);
    a.workOnce(TaskKind.TRAIN);
    b.workOnce(TaskKind.TRAIN);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void keepsWhatAnotherRunStillNeeds() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySpec all = new TinySpec(a).seed(77).retention(RetentionSpec.ALL);
    TinySpec none = new TinySpec(a).seed(77).retention(new RetentionSpec(Updates.NONE, null));
    for (TinySpec spec : List.of(all, none)) {
      RunId run = aggregator.startInitialized(spec, a);
      a.workOnce(TaskKind.TRAIN);
      aggregator.awaitEnd(run);
    }
    aggregator.pass(PAST_GRACE);

    assertThat(collect(false).files()).as("the same update").isZero();
  }

  @Test
  void removesAnUploadedModelThatNobodyUsedButNotBeforeItsTime() {
    Digest digest = upload(123);
    aggregator.pass(PAST_GRACE);
    assertThat(collect(false).files()).isZero();
    assertThat(aggregator.client().artifactUsage().unreferencedFiles()).isEqualTo(1);

    aggregator.pass(PAST_UNUSED);
    assertThat(collect(false).files()).isEqualTo(1);

    assertThat(aggregator.keeps(digest)).isFalse();
    TinySite a = aggregator.site("a", 1, 1, 1);
    assertThatThrownBy(() -> aggregator.start(new TinySpec(a).initial(digest)))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            e -> assertThat(e.violations()).anyMatch(v -> v.where().equals("/model/initial")));

    assertThat(upload(123)).isEqualTo(digest);
    download(digest);
  }

  @Test
  void keepsAModelThatARunIsAboutToStartFrom() {
    Digest digest = upload(124);
    aggregator.pass(PAST_UNUSED);
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a).initial(digest));

    assertThat(collect(false).files()).isZero();

    a.workOnce(TaskKind.TRAIN);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);
  }

  @Test
  void finishesWhatACrashInTheMiddleLeft() throws IOException {
    Digest digest = upload(125);
    aggregator.pass(PAST_UNUSED);
    Files.delete(aggregator.fileOf(digest));

    assertThatThrownBy(() -> download(digest))
        .as("recorded, and not removed")
        .isInstanceOf(KumiaiException.Unavailable.class);
    assertThat(collect(false).files()).isEqualTo(1);
    assertThatThrownBy(() -> download(digest)).isInstanceOf(KumiaiException.Gone.class);
  }

  @Test
  void takesInWhatAnEarlierReleaseKeptAndRemovesItInItsTime() throws IOException {
    byte[] unknown = {1, 2, 3};
    Path file = aggregator.fileOf(Digest.of(unknown));
    Files.createDirectories(file.getParent());
    Files.write(file, unknown);

    assertThat(collect(false).files()).isZero();
    assertThat(file).exists();
    aggregator.pass(PAST_UNUSED);
    assertThat(collect(false).files()).isEqualTo(1);

    assertThat(file).doesNotExist();
  }

  @Test
  void refusesARetentionThatMakesNoSense() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    Stream.of(
            new RetentionSpec(Updates.LAST_ROUNDS, null),
            new RetentionSpec(Updates.ALL, 3),
            new RetentionSpec(Updates.LAST_ROUNDS, 0))
        .forEach(
            retention ->
                assertThatThrownBy(() -> aggregator.start(new TinySpec(a).retention(retention)))
                    .isInstanceOfSatisfying(
                        KumiaiException.Invalid.class,
                        e ->
                            assertThat(e.violations())
                                .singleElement()
                                .matches(v -> v.where().equals("/retention/rounds"))));
  }

  @Test
  void tellsHowMuchIsKept() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ArtifactUsage before = aggregator.client().artifactUsage();

    finished(RetentionSpec.ALL, 1, a);

    ArtifactUsage after = aggregator.client().artifactUsage();
    assertThat(after.store()).isEqualTo("directory");
    assertThat(after.files() - before.files()).isEqualTo(3);
    assertThat(after.bytes()).isGreaterThan(before.bytes());
    assertThat(after.unreferencedFiles()).isEqualTo(before.unreferencedFiles());
  }
}
