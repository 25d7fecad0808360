package dev.kumiai.localtraining;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.transform.OutgoingTransform;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.model.Evaluation;
import dev.kumiai.engine.model.Evaluator;
import dev.kumiai.engine.model.LocalTrainer;
import dev.kumiai.engine.model.Network;
import dev.kumiai.engine.model.TrainingPlan;
import dev.kumiai.engine.model.TrainingResult;
import dev.kumiai.protocol.run.TrainingSpec;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.TaskReport;
import dev.kumiai.protocol.task.TaskSpec;
import dev.kumiai.protocol.task.UpdateMetadata;
import dev.kumiai.worker.RunMemory;
import dev.kumiai.worker.SiteFolder;
import dev.kumiai.worker.TaskResult;
import dev.kumiai.worker.TaskWork;
import dev.kumiai.worker.Workbench;
import dev.kumiai.worker.process.WorkerConfig;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Makes first weights, trains and measures.
@Singleton
final class LocalTrainingWork implements TaskWork {

  private static final Logger LOG = Logger.getLogger(LocalTrainingWork.class);

  private final SiteImages images;
  private final Networks networks;
  private final int threads;
  private final EngineDevice.Precision precision;
  private final OutgoingTransform outgoing;

  /// Found at the first task: a worker is up before libtorch is loaded.
  private @Nullable EngineDevice device;

  LocalTrainingWork(WorkerConfig worker, LocalTrainingConfig config, OutgoingTransform outgoing) {
    this.images = new SiteImages(new ImageCache(config.imageCache().asLongValue()));
    this.networks = new Networks(worker.models());
    this.threads = worker.threads();
    this.precision = config.precision();
    this.outgoing = outgoing;
  }

  @Override
  public Set<TaskKind> kinds() {
    return Set.of(TaskKind.INITIALIZE, TaskKind.TRAIN, TaskKind.EVALUATE);
  }

  @Override
  public List<DatasetCounts> holdings(SiteId site, SiteFolder folder) {
    return SiteImages.count(folder);
  }

  @Override
  public TaskResult perform(ClaimedTask task, Workbench bench) {
    return switch (task.spec()) {
      case TaskSpec.Initialize initialize -> initialize(initialize, bench);
      case TaskSpec.Train train -> train(train, bench.site().memory(task.run()), bench);
      case TaskSpec.Evaluate evaluate -> evaluate(evaluate, bench);
      case TaskSpec.Generate _ ->
          throw new KumiaiException.Invalid(
              "task-kind-unknown", "local-training does not generate: that is generation's work");
    };
  }

  private TaskResult initialize(TaskSpec.Initialize task, Workbench bench) {
    bench.progress().report(0, "making the first weights");
    Network network = networks.of(task.model(), task.data());
    return write(bench, network.initialWeights(task.seed()), Map.of()).result();
  }

  private TaskResult train(TaskSpec.Train task, RunMemory memory, Workbench bench) {
    bench.progress().report(0, "loading images");
    TrainingImages chosen = trainingImages(task, bench.site());
    int examples = chosen.examples(task.strategy().weighting());
    if (examples == 0) {
      throw new KumiaiException.Invalid(
          "site-has-no-data",
          "the site has no images of data set '%s' that count: add some, or leave the site out of the run"
              .formatted(task.data().dataset()));
    }
    Network network = networks.of(task.model(), task.data());
    try (SafetensorsFile global = SafetensorsFile.open(bench.models().apply(task.global()));
        Recollection recollection = Recollection.of(task, memory, bench)) {
      Double initialLoss =
          task.initialLoss() ? initialLoss(network, global, chosen.all(), bench) : null;
      TrainingResult result =
          new LocalTrainer(device())
              .trainInTurn(
                  network,
                  global.weights(),
                  chosen.inTurn(),
                  plan(task.training()),
                  recollection.method(),
                  task.seed(),
                  bench.progress());
      UpdateMetadata metadata =
          new UpdateMetadata(examples, result.meanLoss(), result.steps(), initialLoss);
      ModelWeights leaving = outgoing.apply(result.update(), global.weights());
      Written update = write(bench, leaving, metadata.toMap());
      if (result.remembered() != null) {
        memory.remember(update.digest(), result.remembered());
      }
      return update.result();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the global model", e);
    }
  }

  private TrainingImages trainingImages(TaskSpec.Train task, SiteFolder site) {
    LabelledImages own = images.privateImages(site, task.data());
    Digest plan = task.planDigest();
    LabelledImages generated =
        plan == null
            ? LabelledImages.none(own.classes(), own.form())
            : images.generatedImages(site, task.data(), plan);
    return TrainingImages.of(own, generated, task.training(), task.labelSeed());
  }

  /// The loss of the received model over the data that it is going to be trained on.
  private double initialLoss(
      Network network, SafetensorsFile global, LabelledImages images, Workbench bench) {
    Progress measuring = (_, _) -> bench.progress().report(0, "measuring the received model");
    return requireFinite(
            new Evaluator(device()).evaluate(network, global.weights(), images, measuring))
        .loss();
  }

  private TaskResult evaluate(TaskSpec.Evaluate task, Workbench bench) {
    bench.progress().report(0, "loading images");
    LabelledImages images = this.images.privateImages(bench.site(), task.data());
    Network network = networks.of(task.model(), task.data());
    try (SafetensorsFile global = SafetensorsFile.open(bench.models().apply(task.global()))) {
      Evaluation evaluation =
          new Evaluator(device()).evaluate(network, global.weights(), images, bench.progress());
      return new TaskResult.Report(report(requireFinite(evaluation)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the global model", e);
    }
  }

  private static Evaluation requireFinite(Evaluation evaluation) {
    if (!Double.isFinite(evaluation.loss())) {
      throw new KumiaiException.Invalid(
          "model-diverged",
          "the loss of the global model is no finite number any more: lower the learning rate");
    }
    return evaluation;
  }

  private static TaskReport report(Evaluation evaluation) {
    return new TaskReport.Evaluated(
        evaluation.examples(),
        evaluation.loss(),
        evaluation.perClass().stream()
            .map(c -> new TaskReport.ClassHits(c.label(), c.examples(), c.hits()))
            .toList());
  }

  private static TrainingPlan plan(TrainingSpec spec) {
    return new TrainingPlan(
        spec.epochs(),
        spec.steps(),
        spec.batchSize(),
        spec.learningRate(),
        spec.momentum(),
        spec.weightDecay(),
        spec.proximalMu(),
        spec.gradientClipNorm(),
        spec.classBalanced());
  }

  /// A file to be uploaded.
  private record Written(TaskResult.Weights result, Digest digest) {}

  private static Written write(
      Workbench bench, ModelWeights weights, Map<String, String> metadata) {
    Path file = bench.folder().resolve("weights.safetensors");
    try {
      Digest digest = SafetensorsWriter.write(file, weights, metadata);
      return new Written(new TaskResult.Weights(file), digest);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private EngineDevice device() {
    EngineDevice found = device;
    if (found == null) {
      found = EngineDevice.detect(threads, precision);
      LOG.infof("computes on %s, %d CPU threads", found.device(), threads);
      device = found;
    }
    return found;
  }
}
