package dev.kumiai.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.engine.data.PartitionedExperiment.Share;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionedExperimentTest {

  private static final ImageForm FORM = new ImageForm(8, 1);
  private static final ImageForm CASTING = new ImageForm(16, 1);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"plants", "shards:2"})
  void castingsAreInOnePlaceOnly(String partition) {
    PartitionedExperiment experiment = make(castings(partition, 3, 120, 1), "out");

    assertEveryImageIsInOnePlace(experiment, folder.resolve("out"));
    assertThat(experiment.sites()).hasSize(3);
    assertThat(experiment.sites().stream().mapToInt(Share::total).sum()).isEqualTo(120);
    assertThat(experiment.publicShare().counts().values()).containsOnly(2);
    assertThat(experiment.test().counts().values()).containsOnly(60);
    assertThat(experiment.duplicates()).isZero();
  }

  @Test
  void aPlantKeepsItsMixOfDefects() {
    PartitionedExperiment experiment = make(castings("plants", 7, 700, 1), "out");

    Share first = experiment.sites().getFirst();
    Share secondShift = experiment.sites().getLast();
    assertThat(first.counts()).containsEntry("inclusion", 45).containsEntry("scratch", 1);
    assertThat(secondShift.counts()).isEqualTo(first.counts());
    assertEveryImageIsInOnePlace(experiment, folder.resolve("out"));
  }

  @Test
  void theSameRequestMakesTheSameImages() {
    PartitionedExperiment one = make(ten(1), "one");
    PartitionedExperiment same = make(ten(1), "same");
    PartitionedExperiment other = make(ten(2), "other");

    assertThat(same).isEqualTo(one);
    assertThat(other.content()).isNotEqualTo(one.content());
  }

  @Test
  void leavesFoldersAloneThatAreThereAlready() throws IOException {
    Path out = folder.resolve("out");
    PartitionedExperiment first = make(ten(1), "out");
    Path file = out.resolve(PartitionedExperiment.FILE);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));

    PartitionedExperiment second = make(ten(1), "out");

    assertThat(second).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.fromMillis(1));
  }

  @Test
  void refusesFoldersWithAnotherExperiment() {
    make(ten(1), "out");

    assertRefused(() -> make(ten(2), "out"), "experiment-differs", "\"seed\":1");
  }

  @Test
  void refusesFoldersWithSomethingElse() {
    TestImages.put(folder.resolve("out/thesis.txt"), new byte[1]);

    assertRefused(() -> make(ten(1), "out"), "experiment-folder-occupied", "holds something else");
  }

  @Test
  void refusesAFileInPlaceOfAFolder() {
    TestImages.put(folder.resolve("out"), new byte[1]);

    assertRefused(() -> make(ten(1), "out"), "experiment-folder-occupied", "holds something else");
  }

  @Test
  void noticesThatImagesAreGone() throws IOException {
    make(ten(1), "out");
    Files.delete(folder.resolve("out/public/pit/00000.png"));

    assertRefused(
        () -> make(ten(1), "out"), "experiment-damaged", "should have 8 images and has 7");
  }

  @Test
  void leavesNothingBehindWhenItFails() {
    putImages("data", 10, 0);

    assertRefused(
        () -> make(directory("iid", 2, 1000, null), "deep/out"),
        "public-share-too-large",
        "set fewer aside");

    assertThat(folder.resolve("deep")).doesNotExist();
  }

  @Test
  void picturesThatOccurTwiceAreLeftOutAndCounted() {
    putImages("data", 20, 0);
    // Three pictures of the test set are in the data too, under other names; one is there twice.
    putImages("test", 4, 100);
    put("data/pit/again-1.png", 100);
    put("data/crack/again-2.png", 101);
    put("data/crack/again-3.png", 102);
    put("data/pit/twice.png", 0);

    PartitionedExperiment experiment = make(directory("iid", 2, 8, folder.resolve("test")), "out");

    assertThat(experiment.duplicates()).isEqualTo(4);
    assertThat(experiment.test().total()).as("the test set stays whole").isEqualTo(8);
    assertThat(experiment.sites().stream().mapToInt(Share::total).sum()).isEqualTo(40 - 8);
    assertEveryImageIsInOnePlace(experiment, folder.resolve("out"));
  }

  @Test
  void holdsAFifthOutWhereThereIsNoTestSet() {
    putImages("data", 25, 0);

    PartitionedExperiment experiment = make(directory("iid", 2, 10, null), "out");

    assertThat(experiment.test().counts().values()).containsOnly(5);
    assertThat(experiment.publicShare().counts().values()).containsOnly(5);
    assertThat(experiment.sites().stream().map(Share::total)).containsExactly(15, 15);
    assertEveryImageIsInOnePlace(experiment, folder.resolve("out"));
  }

  @Test
  void aDomainIsASite() {
    for (String domain : List.of("kyoto", "osaka")) {
      putImages("data/" + domain, domain.equals("kyoto") ? 10 : 20, domain.hashCode());
    }

    PartitionedExperiment experiment = make(directory("domain", 2, 0, null), "out");

    assertThat(experiment.classes()).containsExactly("crack", "pit");
    assertThat(experiment.sites().get(0).total()).isLessThanOrEqualTo(20);
    assertThat(experiment.sites().get(1).total()).isGreaterThan(20);
    assertEveryImageIsInOnePlace(experiment, folder.resolve("out"));
  }

  @Test
  void refusesOtherNumbersOfSitesThanDomains() {
    putImages("data/kyoto", 10, 0);
    putImages("data/osaka", 10, 50);

    assertRefused(
        () -> make(directory("domain", 3, 0, null), "out"),
        "partition-impossible",
        "has 2 domains [kyoto, osaka]");
  }

  @Test
  void refusesToCutByDomainWhereThereIsNone() {
    putImages("data", 10, 0);

    assertRefused(
        () -> make(directory("domain", 2, 0, null), "out"),
        "partition-impossible",
        "needs folders <domain>/<class>/");
  }

  @ParameterizedTest
  @CsvSource({
    "plants, partition-invalid, only castings have plants",
    "dirichlet, partition-invalid, is no partition"
  })
  void refusesPartitionsThatDoNotExist(String partition, String code, String message) {
    assertRefused(() -> directory(partition, 2, 0, null), code, message);
  }

  @Test
  void namesUnreadableFilesAndRefusesTooMany() {
    putImages("data", 30, 0);
    TestImages.put(folder.resolve("data/pit/empty.png"), new byte[0]);

    PartitionedExperiment experiment = make(directory("iid", 2, 0, null), "out");

    assertThat(experiment.unreadable())
        .containsExactly(new SkippedFile("pit/empty.png", "is empty"));
    for (int i = 0; i < 4; i++) {
      TestImages.put(folder.resolve("data/pit/" + i + ".txt"), new byte[1]);
    }
    assertRefused(
        () -> make(directory("iid", 2, 0, null), "second"),
        "too-many-unreadable-files",
        "5 of 65 image files");
  }

  @Test
  void experimentsThatAreComparedShareTestSetAndPublicShareAndHaveSitesOfTheirOwn() {
    putImages("data", 25, 0);
    PartitionedExperiment one = make(compared(1), "one");
    PartitionedExperiment other = make(compared(2), "other");

    assertThat(contents(other, folder.resolve("other"), other.test()))
        .isEqualTo(contents(one, folder.resolve("one"), one.test()));
    assertThat(contents(other, folder.resolve("other"), other.publicShare()))
        .isEqualTo(contents(one, folder.resolve("one"), one.publicShare()));
    assertThat(other.content()).isNotEqualTo(one.content());
    assertThat(one.sites()).extracting(Share::name).containsExactly("s1-site-1", "s1-site-2");
    assertThat(other.test().name()).isEqualTo("s2-evaluator");
    assertEveryImageIsInOnePlace(one, folder.resolve("one"));
  }

  @Test
  void sitesHaveTheSameImagesSpreadEvenlyAndSeeThePublicShare() {
    putImages("data", 25, 0);

    PartitionedExperiment experiment = make(compared(1), "out");

    List<Digest> skewed = new ArrayList<>();
    List<Digest> even = new ArrayList<>();
    Path out = folder.resolve("out");
    experiment.sites().forEach(site -> skewed.addAll(contents(experiment, out, site)));
    experiment.iid().forEach(site -> even.addAll(contents(experiment, out, site)));
    assertThat(even).containsExactlyInAnyOrderElementsOf(skewed);
    assertThat(experiment.iid()).extracting(Share::total).containsExactly(15, 15);
    assertThat(experiment.iid().getFirst().folder())
        .isEqualTo("sites/s1-site-1/private/" + experiment.dataset() + "-iid");
    Path seen = out.resolve("sites/s1-site-2/public/images");
    assertThat(ImageSets.load(seen, experiment.classes(), FORM).requireReadable(0).countByName())
        .isEqualTo(experiment.publicShare().counts());
    assertThat(make(compared(1), "out")).isEqualTo(experiment);
  }

  private ExperimentRequest compared(long seed) {
    return new ExperimentRequest(
        folder.resolve("data").toString(),
        null,
        "shards:1",
        2,
        10,
        null,
        FORM,
        seed,
        new ExperimentAdditions("s" + seed + "-", 77L, true, "images"));
  }

  @Test
  void mnistIsInOnePlaceOnly() {
    Path mnist = RealData.require("mnist");
    ImageForm form = new ImageForm(28, 1);

    PartitionedExperiment experiment =
        make(
            new ExperimentRequest(mnist.toString(), null, "dirichlet:0.1", 5, 1000, 3000, form, 1),
            "out");

    assertThat(experiment.dataset()).isEqualTo("mnist");
    assertThat(experiment.test().total()).isEqualTo(10_000);
    assertThat(experiment.publicShare().counts().values()).containsOnly(100);
    assertThat(experiment.sites().stream().mapToInt(Share::total).sum()).isEqualTo(3000);
    assertEveryImageIsInOnePlace(experiment, folder.resolve("out"));
  }

  @Test
  void euroSatIsInOnePlaceOnly() {
    Path train = RealData.require("eurosat/train");
    Path test = RealData.require("eurosat/test");
    ImageForm form = new ImageForm(32, 3);

    PartitionedExperiment experiment =
        make(
            new ExperimentRequest(train.toString(), test, "shards:2", 4, 500, null, form, 1),
            "out");

    assertThat(experiment.dataset()).isEqualTo("eurosat");
    assertThat(experiment.test().total()).isEqualTo(1000);
    assertThat(experiment.sites().stream().mapToInt(Share::total).sum())
        .isEqualTo(2500 - experiment.duplicates());
    assertEveryImageIsInOnePlace(experiment, folder.resolve("out"));
  }

  /// Reads every PNG again and compares pixels, not names.
  private static void assertEveryImageIsInOnePlace(PartitionedExperiment experiment, Path out) {
    List<Digest> atSites = new ArrayList<>();
    for (Share site : experiment.sites()) {
      atSites.addAll(contents(experiment, out, site));
    }
    List<Digest> publicShare = contents(experiment, out, experiment.publicShare());
    List<Digest> test = contents(experiment, out, experiment.test());
    assertThat(Collections.disjoint(Set.copyOf(test), Set.copyOf(atSites))).isTrue();
    assertThat(Collections.disjoint(Set.copyOf(test), Set.copyOf(publicShare))).isTrue();
    atSites.addAll(publicShare);
    assertThat(atSites).doesNotHaveDuplicates();
  }

  private static List<Digest> contents(PartitionedExperiment experiment, Path out, Share share) {
    LabelledImages images =
        ImageSets.load(out.resolve(share.folder()), experiment.classes(), experiment.form())
            .requireReadable(0);
    assertThat(images.countByName()).as(share.name()).isEqualTo(share.counts());
    return IntStream.range(0, images.size()).mapToObj(images::contentDigest).toList();
  }

  private PartitionedExperiment make(ExperimentRequest request, String out) {
    return PartitionedExperiment.materialise(request, folder.resolve(out), Progress.SILENT);
  }

  private static ExperimentRequest castings(String partition, int sites, int limit, long seed) {
    return new ExperimentRequest(
        ExperimentRequest.CASTINGS, null, partition, sites, 16, limit, CASTING, seed);
  }

  /// Ten pictures of each class, of which 4 become public and 2 the test set.
  private ExperimentRequest ten(long seed) {
    putImages("data", 10, 0);
    return new ExperimentRequest(
        folder.resolve("data").toString(), null, "iid", 2, 8, null, FORM, seed);
  }

  private ExperimentRequest directory(
      String partition, int sites, int publicImages, @Nullable Path test) {
    return new ExperimentRequest(
        folder.resolve("data").toString(), test, partition, sites, publicImages, null, FORM, 1);
  }

  /// `perClass` different pictures of cracks and of pits.
  private void putImages(String data, int perClass, int firstSeed) {
    for (int i = 0; i < perClass; i++) {
      put(data + "/pit/" + i + ".png", firstSeed + i);
      put(data + "/crack/" + i + ".png", firstSeed + i + 1_000_000);
    }
  }

  private void put(String name, int seed) {
    TestImages.put(folder.resolve(name), TestImages.png(FORM, seed));
  }

  private static void assertRefused(ThrowingCallable call, String code, String message) {
    assertThatExceptionOfType(KumiaiException.class)
        .isThrownBy(call)
        .withMessageContaining(message)
        .extracting(KumiaiException::code)
        .isEqualTo(code);
  }
}
