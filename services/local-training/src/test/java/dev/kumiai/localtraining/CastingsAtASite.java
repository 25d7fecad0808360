package dev.kumiai.localtraining;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskId;
import dev.kumiai.core.prompt.IgnoredWords;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.core.transform.OutgoingTransform;
import dev.kumiai.engine.data.Castings;
import dev.kumiai.engine.data.ImageFolderWriter;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.GenerationSpec.Guidance;
import dev.kumiai.protocol.run.GeneratorRef;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.ModelSpec.Architecture;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.StrategySpec.Weighting;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.protocol.task.UpdateMetadata;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.TaskResult;
import dev.kumiai.worker.Workbench;
import dev.kumiai.worker.generated.GeneratedSample;
import dev.kumiai.worker.generated.Manifest;
import dev.kumiai.worker.generated.Rejection;
import dev.kumiai.worker.generated.SetReport;
import dev.kumiai.worker.generated.StoredSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A site with a handful of castings, and a worker of it.
abstract class CastingsAtASite {

  static final RunId RUN = RunId.random();
  static final SiteId SITE = new SiteId("plant-a");
  static final ImageForm FORM = new ImageForm(16, 1);
  static final ModelSpec MLP = new ModelSpec(Architecture.MLP, null, null);
  static final DataSpec DATA = new DataSpec("castings", Castings.CLASSES, 16, 1, 0.1);
  static final Digest PLAN = Digest.of(new byte[] {1});
  static final int PER_CLASS = 4;
  static final long OWN = (long) PER_CLASS * Castings.CLASSES.size();

  @TempDir Path root;
  private final Map<Digest, Path> models = new HashMap<>();
  LocalTrainingWork work;
  SiteFolder site;
  private int attempts;

  @BeforeEach
  void fill() {
    work = worker(new SentAsTrained());
    site = new SiteFolder(root.resolve("plant-a"));
    write(castings(1), site.privateData("castings"));
  }

  LocalTrainingWork worker(OutgoingTransform outgoing) {
    return new LocalTrainingWork(
        new TestConfig(Optional.of(root)), new TestConfig.Training(), outgoing);
  }

  static StrategySpec fedAvg(Weighting weighting) {
    return new StrategySpec(StrategySpec.Name.FEDAVG, weighting, Map.of());
  }

  static TaskSpec train(Digest global, @Nullable Digest plan, Weighting weighting) {
    return train(global, plan, weighting, false);
  }

  static TaskSpec train(
      Digest global, @Nullable Digest plan, Weighting weighting, boolean initialLoss) {
    TrainingSpec training = new TrainingSpec(2, null, 8, 0.05, 0.9, 0, 0, null, false);
    return new TaskSpec.Train(
        MLP, DATA, training, global, plan, fedAvg(weighting), initialLoss, null, null, 3, null);
  }

  double accuracy(Digest model) {
    return measured(model).accuracy();
  }

  TaskReport.Evaluated measured(Digest model) {
    TaskResult result = perform(new TaskSpec.Evaluate(MLP, DATA, model), Progress.SILENT);
    return (TaskReport.Evaluated) ((TaskResult.Report) result).report();
  }

  Digest global(ModelSpec model) {
    return store(weights(new TaskSpec.Initialize(model, DATA, 1)));
  }

  Digest store(Path weights) {
    try {
      Digest digest = Digest.of(weights);
      models.put(digest, weights);
      return digest;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  void assertFails(TaskSpec task, Class<? extends KumiaiException> kind, String code) {
    assertThatThrownBy(() -> perform(task, Progress.SILENT))
        .isInstanceOf(kind)
        .extracting("code")
        .isEqualTo(code);
  }

  Path weights(TaskSpec task) {
    return ((TaskResult.Weights) perform(task, Progress.SILENT)).file();
  }

  TaskResult perform(TaskSpec task, Progress progress) {
    try {
      Path folder = Files.createDirectories(root.resolve("attempts/" + attempts++));
      return work.perform(
          new ClaimedTask(TaskId.random(), RUN, SITE, 1, 1, 30, task),
          new Workbench(site, folder, progress, this::model));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  Path model(Digest digest) {
    Path file = models.get(digest);
    if (file == null) {
      throw new KumiaiException.NotFound("model-unknown", "no such model");
    }
    return file;
  }

  static long examples(Path update) throws IOException {
    return metadata(update).examples();
  }

  static UpdateMetadata metadata(Path update) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(update)) {
      return UpdateMetadata.parse(file.metadata());
    }
  }

  static float[] firstTensor(Path weights) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      TensorSpec spec = file.specs().getFirst();
      return file.weights().get(spec.name()).toFloats();
    }
  }

  static LabelledImages castings(long seed) {
    return Castings.renderMixed(seed, "test", List.of(Castings.Plant.values()), PER_CLASS, FORM);
  }

  /// A finished generated set with these images in it.
  void generate(LabelledImages images, Digest plan) {
    try {
      Path folder = site.generated(plan);
      write(images, folder);
      List<GeneratedSample> samples = new ArrayList<>();
      for (String label : images.classes()) {
        for (int i = 0; i < images.countByName().getOrDefault(label, 0); i++) {
          String file = String.format(Locale.ROOT, "%s/%05d.png", label, i);
          samples.add(sample(label, i, file, Digest.of(folder.resolve(file))));
        }
      }
      Manifest.append(folder, 0, samples);
      StoredSet.write(
          folder,
          new SetReport(
              plan,
              new GeneratorRef.Classical(),
              Guidance.PROMPT,
              SetReport.count(images.countByName(), samples),
              List.of(),
              IgnoredWords.NONE,
              null));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static GeneratedSample sample(String label, int index, String file, Digest digest) {
    return new GeneratedSample(
        label,
        index,
        file,
        digest,
        new GeneratorRef.Classical(),
        null,
        null,
        Guidance.PROMPT,
        null,
        null,
        1,
        GeneratedSample.Verdict.KEPT,
        null,
        null,
        true,
        true,
        0);
  }

  /// As a process leaves it that was killed while it rejected: the images are there still.
  void reject(Digest plan, Set<String> files) throws IOException {
    StoredSet set = StoredSet.find(site, plan).orElseThrow();
    Rejection anna = new Rejection("anna", Instant.EPOCH);
    Manifest.replace(
        set.folder(),
        set.samples().stream()
            .map(sample -> files.contains(sample.file()) ? sample.rejected(anna) : sample)
            .toList());
  }

  void rejectAll(Digest plan) {
    try {
      StoredSet set = StoredSet.find(site, plan).orElseThrow();
      StoredSet.write(
          set.folder(), set.report().after(set.samples(), new Rejection("anna", Instant.EPOCH)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static void write(LabelledImages images, Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    ImageFolderWriter.write(images, folder);
  }
}
