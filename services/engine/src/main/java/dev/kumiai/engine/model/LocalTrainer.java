package dev.kumiai.engine.model;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.LabelledImages;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Trains the global model on one site's images.
///
/// The same weights, images, plan and seed give the same bits on a CPU with the same number of
/// threads. Momentum starts at 0 in each round: it belongs to the site's last weights, not to the
/// new global ones.
public final class LocalTrainer {

  private final EngineDevice device;

  public LocalTrainer(EngineDevice device) {
    this.device = device;
  }

  /// Trains for the length of the plan. Reports progress before each batch.
  ///
  /// @param global the weights to start from, which stay as they are
  /// @param method what the run's strategy asks of the training
  /// @param seed of the order of the images, and of what a generator or a TorchScript network draws
  /// @throws KumiaiException.Invalid `site-has-no-data` without images, `training-diverged` when
  ///   the loss or a weight is no finite number any more, `network-hides-features` when the method
  ///   needs them, or when weights, images or what is remembered are not of this network
  /// @throws KumiaiException.Cancelled from `progress`
  public TrainingResult train(
      Network network,
      ModelWeights global,
      LabelledImages images,
      TrainingPlan plan,
      LocalMethod method,
      long seed,
      Progress progress) {
    return trainInTurn(network, global, List.of(images), plan, method, seed, progress);
  }

  /// The same on one part of the images after the other, with one optimiser throughout. With
  /// epochs, each part has so many of its own; steps are shared out in proportion to the images.
  public TrainingResult trainInTurn(
      Network network,
      ModelWeights global,
      List<LabelledImages> parts,
      TrainingPlan plan,
      LocalMethod method,
      long seed,
      Progress progress) {
    parts.forEach(network::requireFits);
    network.requireSuits(method);
    List<LabelledImages> filled = parts.stream().filter(part -> !part.isEmpty()).toList();
    if (filled.isEmpty()) {
      throw new KumiaiException.Invalid(
          "site-has-no-data",
          "this site has no images to train on: check its data set or leave it out of the run");
    }
    List<Integer> sizes = filled.stream().map(LabelledImages::size).toList();
    List<Long> stepsOfParts = plan.stepsInTurn(sizes);
    long steps = stepsOfParts.stream().mapToLong(Long::longValue).sum();
    try (NDManager scope = device.newScope()) {
      JniUtils.setSeed(seed);
      LoadedNetwork loaded = network.load(device, scope, global);
      LocalRule rule =
          method.rule(
              loaded, global, weights -> network.load(device, scope, weights).requireClassifier());
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      Course course =
          new Course(
              loaded,
              rule,
              new Optimiser(plan, rule, loaded),
              scope,
              plan,
              steps,
              random,
              progress);
      for (int i = 0; i < filled.size(); i++) {
        String part = filled.size() == 1 ? "" : "part %d of %d, ".formatted(i + 1, filled.size());
        course.train(filled.get(i), stepsOfParts.get(i), part);
      }
      ModelWeights trained = loaded.weights();
      requireFinite(trained, plan);
      LocalRule.Legacy left = rule.leave(trained, steps, plan);
      long images = sizes.stream().mapToLong(Integer::longValue).sum();
      return new TrainingResult(
          trained, course.meanLoss(), images, steps, left.addition(), left.remembered());
    }
  }

  /// The steps of one training.
  private static final class Course {

    private final LoadedNetwork network;
    private final LocalRule rule;
    private final Optimiser optimiser;
    private final NDManager scope;
    private final TrainingPlan plan;
    private final long steps;
    private final RandomGenerator random;
    private final Progress progress;
    private long taken;
    private double lossSum;
    private long seen;

    Course(
        LoadedNetwork network,
        LocalRule rule,
        Optimiser optimiser,
        NDManager scope,
        TrainingPlan plan,
        long steps,
        RandomGenerator random,
        Progress progress) {
      this.network = network;
      this.rule = rule;
      this.optimiser = optimiser;
      this.scope = scope;
      this.plan = plan;
      this.steps = steps;
      this.random = random;
      this.progress = progress;
    }

    /// Goes on with a part of the images.
    void train(LabelledImages images, long partSteps, String part) {
      SampleOrder order =
          plan.classBalanced()
              ? SampleOrder.classBalanced(images, random)
              : SampleOrder.shuffled(images, random);
      for (long step = 0; step < partSteps; step++) {
        progress.report((double) taken / steps, part + plan.stage(step, images.size(), partSteps));
        int[] indices = order.nextBatch(plan.batchSize());
        float loss = step(network, rule, optimiser, images, indices, random, scope);
        taken++;
        if (!Float.isFinite(loss)) {
          throw diverged("the loss became %s in step %d of %d".formatted(loss, taken, steps), plan);
        }
        lossSum += (double) loss * indices.length;
        seen += indices.length;
      }
    }

    double meanLoss() {
      return lossSum / seen;
    }
  }

  /// All arrays of a step hang on a scope of its own, so that memory does not grow with the number
  /// of steps.
  ///
  /// @return the mean loss of the batch
  private static float step(
      LoadedNetwork network,
      LocalRule rule,
      Optimiser optimiser,
      LabelledImages images,
      int[] indices,
      RandomGenerator random,
      NDManager scope) {
    try (NDManager step = scope.newSubManager()) {
      LoadedNetwork.Lesson lesson = network.lesson(images, indices, rule, random, step);
      float meanLoss = backward(lesson, step);
      rule.ascend(() -> backward(lesson, step), step);
      optimiser.step(step);
      return meanLoss;
    }
  }

  /// Has the gradients of the loss arrive at the weights.
  private static float backward(LoadedNetwork.Lesson lesson, NDManager step) {
    JniUtils.setGradMode(true);
    try {
      LoadedNetwork.Loss loss = lesson.loss();
      PtNDArray one = (PtNDArray) step.ones(new Shape());
      JniUtils.backward((PtNDArray) loss.minimised(), one, false, false);
      return loss.mean().getFloat();
    } finally {
      JniUtils.setGradMode(false);
    }
  }

  private static void requireFinite(ModelWeights weights, TrainingPlan plan) {
    for (Tensor tensor : weights.tensors()) {
      FloatBuffer values = tensor.buffer().asFloatBuffer();
      while (values.hasRemaining()) {
        if (!Float.isFinite(values.get())) {
          throw diverged("not all weights '" + tensor.spec().name() + "' are finite", plan);
        }
      }
    }
  }

  private static KumiaiException diverged(String what, TrainingPlan plan) {
    return new KumiaiException.Invalid(
        "training-diverged",
        "training diverged, %s: lower the learning rate (now %s) or set gradientClipNorm"
            .formatted(what, plan.learningRate()));
  }
}
