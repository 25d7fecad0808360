package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
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
  /// @param seed of the order of the images, and of what a TorchScript network draws
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
    network.requireFits(images);
    if (images.isEmpty()) {
      throw new KumiaiException.Invalid(
          "site-has-no-data",
          "this site has no images to train on: check its data set or leave it out of the run");
    }
    try (NDManager scope = device.newScope()) {
      JniUtils.setSeed(seed);
      LoadedNetwork loaded = network.load(device, scope, global);
      LocalRule rule = method.rule(loaded, global, weights -> network.load(device, scope, weights));
      double meanLoss = train(loaded, rule, scope, images, plan, seed, progress);
      ModelWeights trained = loaded.weights();
      requireFinite(trained, plan);
      long steps = plan.totalSteps(images.size());
      LocalRule.Legacy left = rule.leave(trained, steps, plan);
      return new TrainingResult(
          trained, meanLoss, images.size(), steps, left.addition(), left.remembered());
    }
  }

  private static double train(
      LoadedNetwork network,
      LocalRule rule,
      NDManager scope,
      LabelledImages images,
      TrainingPlan plan,
      long seed,
      Progress progress) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    SampleOrder order =
        plan.classBalanced()
            ? SampleOrder.classBalanced(images, random)
            : SampleOrder.shuffled(images, random);
    Sgd sgd = new Sgd(plan, rule, network);
    long steps = plan.totalSteps(images.size());
    double lossSum = 0;
    long seen = 0;
    for (long step = 0; step < steps; step++) {
      progress.report((double) step / steps, plan.stage(step, images.size()));
      int[] indices = order.nextBatch(plan.batchSize());
      float loss = step(network, rule, sgd, images, indices, scope);
      if (!Float.isFinite(loss)) {
        throw diverged(
            "the loss became %s in step %d of %d".formatted(loss, step + 1, steps), plan);
      }
      lossSum += (double) loss * indices.length;
      seen += indices.length;
    }
    return lossSum / seen;
  }

  /// All arrays of a step hang on a scope of its own, so that memory does not grow with the number
  /// of steps.
  ///
  /// @return the mean cross-entropy of the batch
  private static float step(
      LoadedNetwork network,
      LocalRule rule,
      Sgd sgd,
      LabelledImages images,
      int[] indices,
      NDManager scope) {
    try (NDManager step = scope.newSubManager()) {
      Batch batch = Batch.of(images, indices, step);
      float crossEntropy = backward(network, rule, batch, step);
      rule.ascend(() -> backward(network, rule, batch, step), step);
      sgd.step(step);
      return crossEntropy;
    }
  }

  /// Has the gradients of the rule's loss arrive at the weights.
  private static float backward(
      LoadedNetwork network, LocalRule rule, Batch batch, NDManager step) {
    JniUtils.setGradMode(true);
    try {
      LoadedNetwork.Output output = network.output(batch.images(), true);
      NDArray crossEntropy = batch.meanLoss(output.logProbabilities());
      NDArray loss = rule.loss(crossEntropy, batch, output);
      PtNDArray one = (PtNDArray) step.ones(new Shape());
      JniUtils.backward((PtNDArray) loss, one, false, false);
      return crossEntropy.getFloat();
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
