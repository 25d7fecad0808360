package dev.kumiai.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.run.RunView;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.site.SiteView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Data as it comes: cut without overlap, damaged, incomplete, absent, real.
class DataIT {

  @TempDir private Path folder;

  private static List<Path> images(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".png")).toList();
    }
  }

  /// Fails when two images below `folder` have the same content.
  private static void assertNoImageTwice(Path folder) throws IOException {
    Map<Digest, Path> seen = new HashMap<>();
    for (Path image : images(folder)) {
      Path before = seen.put(Digest.of(image), image);
      assertThat(before).as("the same picture as " + image).isNull();
    }
    assertThat(seen).isNotEmpty();
  }

  @Test
  void publicSitesAndTestHaveNoCastingInCommon() throws Exception {
    Experiment cut =
        Experiment.partition(
            folder, "--data", "castings", "--sites", "3", "--limit", "120", "--public", "64");

    assertThat(images(cut.folder().resolve("public"))).hasSize(64);
    assertThat(cut.sites()).hasSize(3);
    assertNoImageTwice(cut.folder());
  }

  @Test
  void publicSitesAndTestHaveNoDigitInCommon() throws Exception {
    Optional<Path> mnist = Checkout.realData("mnist");
    assumeThat(mnist).as("MNIST is not on this machine (KUMIAI_DATA, ../shared/data)").isPresent();

    Experiment cut =
        Experiment.partition(
            folder,
            "--data",
            mnist.orElseThrow().toString(),
            "--partition",
            "dirichlet:0.1",
            "--sites",
            "5",
            "--limit",
            "1000",
            "--public",
            "200");

    assertNoImageTwice(cut.folder());
  }

  @Test
  void aRunOnSatelliteImagesSucceeds() {
    Optional<Path> eurosat = Checkout.realData("eurosat");
    assumeThat(eurosat)
        .as("EuroSAT is not on this machine (KUMIAI_DATA, ../shared/data)")
        .isPresent();
    Experiment cut =
        Experiment.partition(
            folder,
            "--data",
            eurosat.orElseThrow().resolve("train").toString(),
            "--test",
            eurosat.orElseThrow().resolve("test").toString(),
            "--partition",
            "dirichlet:0.5",
            "--sites",
            "2",
            "--limit",
            "200",
            "--public",
            "0");

    RunView run = runBaseline(cut, 0.05);

    assertThat(run.phase()).as(run.reason()).isEqualTo(RunPhase.SUCCEEDED);
    assertThat(run.accuracy()).isBetween(0.0, 1.0);
  }

  private RunView runBaseline(Experiment data, double maxUnreadableShare) {
    try (Aggregator aggregator = Aggregator.start(folder);
        Service worker = Workers.training(aggregator, data.root(), folder, data.everybody())) {
      Workers.awaitAnnounced(aggregator, worker, data.everybody());
      return aggregator.awaitEnd(
          aggregator
              .createRun(
                  Specs.of(data.data(maxUnreadableShare), data.sites(), 1, null, data.evaluation()))
              .run());
    }
  }

  @Test
  void aZeroByteImageAndAnEmptyClassAreCountedAndTrainedAround() throws Exception {
    Experiment data = Experiment.castings(folder);
    SiteId site = data.sites().getFirst();
    Path classes = privateData(data, site);
    Files.write(classes.resolve("crack").resolve("broken.png"), new byte[0]);
    emptyClass(classes.resolve("pit"));
    try (Aggregator aggregator = Aggregator.start(folder);
        Service worker = Workers.training(aggregator, data.root(), folder, data.everybody())) {
      Workers.awaitAnnounced(aggregator, worker, data.everybody());

      DatasetCounts counts = counts(aggregator, site);

      assertThat(counts.unreadable()).isEqualTo(1);
      assertThat(counts.perClass().getOrDefault("pit", 0)).isZero();
      RunView run =
          aggregator.awaitEnd(
              aggregator.createRun(Specs.of(data.data(0.5), data.sites(), 1, null, null)).run());
      assertThat(run.phase()).as(run.reason()).isEqualTo(RunPhase.SUCCEEDED);
    }
  }

  @Test
  void aRunRefusesASiteWithTooManyUnreadableImages() throws Exception {
    Experiment data = Experiment.castings(folder);
    SiteId site = data.sites().getFirst();
    Files.write(privateData(data, site).resolve("crack").resolve("broken.png"), new byte[0]);
    try (Aggregator aggregator = Aggregator.start(folder);
        Service worker = Workers.training(aggregator, data.root(), folder, data.everybody())) {
      Workers.awaitAnnounced(aggregator, worker, data.everybody());

      Answer answer =
          aggregator.http().post("runs", Specs.of(data.data(0), data.sites(), 1, null, null));

      assertThat(answer.status()).as(answer.text()).isEqualTo(400);
      assertThat(answer.text()).contains(site.value());
    }
  }

  @Test
  void aSiteWithoutDataIsKnownAndRefused() throws Exception {
    Experiment data = Experiment.castings(folder);
    SiteId bare = new SiteId("bare");
    Files.createDirectories(data.root().resolve("bare"));
    try (Aggregator aggregator = Aggregator.start(folder);
        Service worker = Workers.training(aggregator, data.root(), folder, List.of(bare))) {
      worker.await(
          "it enrolled",
          () -> aggregator.sites().stream().map(SiteView::site).toList().contains(bare));

      Answer answer =
          aggregator.http().post("runs", Specs.of(data.data(), List.of(bare), 1, null, null));

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.problem().violations())
          .anyMatch(v -> (v.where() + v.what()).contains("bare"));
    }
  }

  private static Path privateData(Experiment data, SiteId site) {
    return data.root().resolve(site.value()).resolve("private").resolve(data.data().dataset());
  }

  private static void emptyClass(Path folder) throws IOException {
    for (Path image : images(folder)) {
      Files.delete(image);
    }
  }

  private static DatasetCounts counts(Aggregator aggregator, SiteId site) {
    return aggregator.sites().stream()
        .filter(view -> view.site().equals(site))
        .flatMap(view -> view.datasets().stream())
        .findFirst()
        .orElseThrow();
  }
}
