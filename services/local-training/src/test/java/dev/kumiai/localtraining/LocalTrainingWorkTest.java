package dev.kumiai.localtraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.ModelSpec.Architecture;
import dev.kumiai.protocol.run.StrategySpec.Weighting;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.protocol.task.UpdateMetadata;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.TaskResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Real tasks on a handful of castings.
final class LocalTrainingWorkTest extends CastingsAtASite {

  @Test
  void tellsPerClassWhatTheSiteHoldsAndHowManyFilesAreBroken() throws Exception {
    Files.createFile(site.privateData("castings").resolve("pit/empty.png"));

    List<DatasetCounts> holdings = work.holdings(SITE, site);

    assertThat(holdings)
        .singleElement()
        .satisfies(
            counts -> {
              assertThat(counts.dataset()).isEqualTo("castings");
              assertThat(counts.perClass()).containsOnlyKeys(Castings.CLASSES);
              assertThat(counts.perClass().values()).containsOnly(PER_CLASS);
              assertThat(counts.unreadable()).isEqualTo(1);
            });
  }

  @Test
  void tellsAboutTheOtherDataSetsWhenOneCannotBeRead() throws Exception {
    Files.createDirectories(site.privateData("broken"));
    Files.write(site.privateData("broken").resolve("train-images-idx3-ubyte"), new byte[3]);
    Files.write(site.privateData("broken").resolve("train-labels-idx1-ubyte"), new byte[3]);

    assertThat(work.holdings(SITE, site)).extracting(c -> c.dataset()).containsExactly("castings");
  }

  @Test
  void holdsNothingWithoutAPrivateFolder() {
    assertThat(work.holdings(SITE, new SiteFolder(root.resolve("elsewhere")))).isEmpty();
  }

  @Test
  void makesTheSameFirstWeightsFromTheSameSeed() throws Exception {
    Path first = weights(new TaskSpec.Initialize(MLP, DATA, 5));
    Path again = weights(new TaskSpec.Initialize(MLP, DATA, 5));
    Path other = weights(new TaskSpec.Initialize(MLP, DATA, 6));

    assertThat(Digest.of(first)).isEqualTo(Digest.of(again)).isNotEqualTo(Digest.of(other));
  }

  @Test
  void returnsAnUpdateWithTheTensorsOfTheGlobalModelAndItsWeight() throws Exception {
    Digest global = global(MLP);

    Path update = weights(train(global, null, Weighting.ALL));

    try (SafetensorsFile before = SafetensorsFile.open(model(global));
        SafetensorsFile after = SafetensorsFile.open(update)) {
      assertThat(after.specs()).isEqualTo(before.specs());
      assertThat(after.weights().tensors().getFirst().toFloats())
          .isNotEqualTo(before.weights().tensors().getFirst().toFloats());
      assertThat(UpdateMetadata.parse(after.metadata()).examples()).isEqualTo(OWN);
    }
  }

  @Test
  void makesTheSameUpdateAgainBitForBit() throws Exception {
    Digest global = global(MLP);

    Path first = weights(train(global, null, Weighting.ALL));
    Path again = weights(train(global, null, Weighting.ALL));

    assertThat(Digest.of(first)).isEqualTo(Digest.of(again));
  }

  @Test
  void trainsOnAnyThread() throws Exception {
    Digest global = global(MLP);
    Path here = weights(train(global, null, Weighting.ALL));
    CompletableFuture<Path> there = new CompletableFuture<>();

    Thread.ofPlatform()
        .start(
            () ->
                there.completeAsync(
                    () -> weights(train(global, null, Weighting.ALL)), Runnable::run));

    assertThat(Digest.of(there.get())).isEqualTo(Digest.of(here));
  }

  @Test
  void trainsOnGeneratedImagesTooAndCountsWhatTheWeightingSays() throws Exception {
    Digest global = global(MLP);
    generate(castings(2), PLAN);

    Path all = weights(train(global, PLAN, Weighting.ALL));
    Path ownOnly = weights(train(global, PLAN, Weighting.PRIVATE));
    Path baseline = weights(train(global, null, Weighting.ALL));

    assertThat(examples(all)).isEqualTo(2 * OWN);
    assertThat(examples(ownOnly)).isEqualTo(OWN);
    assertThat(firstTensor(all))
        .isEqualTo(firstTensor(ownOnly))
        .isNotEqualTo(firstTensor(baseline));
  }

  @Test
  void trainsOnWhatTheManifestKeepsAndNothingElse() throws Exception {
    Digest global = global(MLP);
    generate(castings(2), PLAN);
    Path whole = weights(train(global, PLAN, Weighting.ALL));
    Path stray = site.generated(PLAN).resolve("pit/stray.png");
    Files.copy(site.privateData("castings").resolve("pit/00000.png"), stray);

    Path again = weights(train(global, PLAN, Weighting.ALL));
    reject(PLAN, Set.of("pit/00000.png", "pit/00001.png"));
    Path fewer = weights(train(global, PLAN, Weighting.ALL));

    assertThat(Digest.of(again)).isEqualTo(Digest.of(whole));
    assertThat(examples(fewer)).isEqualTo(2 * OWN - 2);
  }

  @Test
  void trainsOnNoSetThatWasRejectedAsAWhole() {
    Digest global = global(MLP);
    generate(castings(2), PLAN);

    rejectAll(PLAN);

    assertFails(
        train(global, PLAN, Weighting.ALL),
        KumiaiException.Conflict.class,
        "generated-set-rejected");
  }

  @Test
  void measuresOnNoGeneratedSamples() throws Exception {
    Digest global = global(MLP);
    generate(castings(2), PLAN);
    Files.createSymbolicLink(site.privateData("linked"), site.generated(PLAN));
    TaskSpec evaluate = new TaskSpec.Evaluate(MLP, DATA.inDataset("linked"), global);

    assertFails(evaluate, KumiaiException.Invalid.class, "dataset-generated");
    assertThat(work.holdings(SITE, site)).extracting(DatasetCounts::dataset).contains("castings");
    assertThat(work.holdings(SITE, site)).extracting(DatasetCounts::dataset).hasSize(1);
    assertThat(measured(global).examples()).isEqualTo(OWN);
  }

  @Test
  void seesImagesThatWereAddedBetweenRounds() throws Exception {
    Digest global = global(MLP);
    Path before = weights(train(global, null, Weighting.ALL));
    Files.copy(
        site.privateData("castings").resolve("pit/00000.png"),
        site.privateData("castings").resolve("crack/new.png"));

    Path after = weights(train(global, null, Weighting.ALL));

    assertThat(examples(after)).isEqualTo(examples(before) + 1);
  }

  @Test
  void trainsATorchScriptModelThatIsNamedByItsDigest() throws Exception {
    byte[] script = script();
    Digest digest = Digest.of(script);
    Files.write(root.resolve(digest.hex() + ".pt"), script);
    ModelSpec model = new ModelSpec(Architecture.TORCHSCRIPT, digest, null);
    Digest global = global(model);

    Path update =
        weights(
            new TaskSpec.Train(
                model,
                DATA,
                TrainingSpec.DEFAULT,
                global,
                null,
                fedAvg(Weighting.ALL),
                false,
                null,
                null,
                3,
                null));

    assertThat(firstTensor(update)).isNotEqualTo(firstTensor(model(global)));
  }

  @Test
  void namesATorchScriptFileThatIsMissingOrAnother() throws Exception {
    Digest digest = Digest.of(new byte[] {9});
    ModelSpec model = new ModelSpec(Architecture.TORCHSCRIPT, digest, null);
    TaskSpec task = new TaskSpec.Initialize(model, DATA, 1);

    assertFails(task, KumiaiException.NotFound.class, "torchscript-missing");
    Files.write(root.resolve(digest.hex() + ".pt"), new byte[] {8});
    assertFails(task, KumiaiException.Invalid.class, "torchscript-digest-mismatch");
  }

  @Test
  void measuresTheGlobalModelPerClass() {
    Digest global = global(MLP);

    TaskResult result = perform(new TaskSpec.Evaluate(MLP, DATA, global), Progress.SILENT);

    assertThat(result)
        .isInstanceOfSatisfying(
            TaskResult.Report.class,
            report ->
                assertThat(report.report())
                    .isInstanceOfSatisfying(
                        TaskReport.Evaluated.class,
                        evaluated -> {
                          assertThat(evaluated.examples()).isEqualTo(OWN);
                          assertThat(evaluated.loss()).isPositive().isFinite();
                          assertThat(evaluated.perClass())
                              .extracting(TaskReport.ClassHits::label)
                              .containsExactlyElementsOf(Castings.CLASSES);
                        }));
  }

  @Test
  void learnsWhatItIsTrainedOn() throws Exception {
    Digest global = global(MLP);
    TrainingSpec long40 = new TrainingSpec(40, null, 8, 0.05, 0.9, 0, 0, null, false);

    Path update =
        weights(
            new TaskSpec.Train(
                MLP,
                DATA,
                long40,
                global,
                null,
                fedAvg(Weighting.ALL),
                false,
                null,
                null,
                3,
                null));

    assertThat(accuracy(store(update))).isGreaterThan(0.9).isGreaterThan(accuracy(global));
  }

  @Test
  void skipsAZeroByteImageWithinTheShareThatTheRunAllows() throws Exception {
    Digest global = global(MLP);
    Files.createFile(site.privateData("castings").resolve("pit/empty.png"));

    Path update = weights(train(global, null, Weighting.ALL));

    assertThat(examples(update)).isEqualTo(OWN);
  }

  @Test
  void refusesTooManyBrokenFilesWithoutTellingTheirNames() throws Exception {
    Digest global = global(MLP);
    for (int i = 0; i < 8; i++) {
      Files.createFile(site.privateData("castings").resolve("pit/mr-smith-" + i + ".png"));
    }

    assertThatThrownBy(() -> perform(train(global, null, Weighting.ALL), Progress.SILENT))
        .isInstanceOf(KumiaiException.Invalid.class)
        .hasMessageContaining("8 of 40")
        .hasMessageNotContaining("smith")
        .extracting("code")
        .isEqualTo("too-many-unreadable-files");
  }

  @Test
  void refusesAClassThatTheRunDoesNotHave() throws Exception {
    Digest global = global(MLP);
    Files.createDirectories(site.privateData("castings").resolve("warp"));
    Files.copy(
        site.privateData("castings").resolve("pit/00000.png"),
        site.privateData("castings").resolve("warp/0.png"));

    assertFails(train(global, null, Weighting.ALL), KumiaiException.Invalid.class, "class-unknown");
  }

  @Test
  void saysWhatIsMissingAtASiteWithoutTheDataSet() {
    DataSpec other = new DataSpec("elsewhere", Castings.CLASSES, 16, 1, 0.1);
    TaskSpec task =
        new TaskSpec.Train(
            MLP,
            other,
            TrainingSpec.DEFAULT,
            global(MLP),
            null,
            fedAvg(Weighting.ALL),
            false,
            null,
            null,
            3,
            null);

    assertFails(task, KumiaiException.NotFound.class, "dataset-missing");
  }

  @Test
  void refusesADataSetWithoutASingleImage() throws Exception {
    Files.createDirectories(site.privateData("empty"));
    DataSpec empty = new DataSpec("empty", Castings.CLASSES, 16, 1, 0.1);
    TaskSpec task =
        new TaskSpec.Train(
            MLP,
            empty,
            TrainingSpec.DEFAULT,
            global(MLP),
            null,
            fedAvg(Weighting.ALL),
            false,
            null,
            null,
            3,
            null);

    assertFails(task, KumiaiException.Invalid.class, "site-has-no-data");
  }

  @Test
  void saysThatGenerationHasToShareTheDataRoot() {
    TaskSpec task = train(global(MLP), PLAN, Weighting.ALL);

    assertFails(task, KumiaiException.NotFound.class, "generated-set-missing");
  }

  @Test
  void stopsBetweenBatchesWhenNobodyWantsTheResult() {
    Digest global = global(MLP);
    List<String> stages = new ArrayList<>();
    Progress cancelling =
        (_, stage) -> {
          stages.add(stage);
          if (stages.size() == 3) {
            throw new KumiaiException.Cancelled("not wanted");
          }
        };

    assertThatThrownBy(() -> perform(train(global, null, Weighting.ALL), cancelling))
        .isInstanceOf(KumiaiException.Cancelled.class);
    assertThat(stages).startsWith("loading images").hasSize(3);
  }

  private static byte[] script() throws IOException {
    try (InputStream in = LocalTrainingWorkTest.class.getResourceAsStream("/linear.pt")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }
}
