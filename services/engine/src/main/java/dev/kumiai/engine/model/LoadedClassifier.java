package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.EngineDevice.Precision;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.nn.Bfloat16;
import dev.kumiai.engine.nn.Chain;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A network that tells classes.
final class LoadedClassifier extends LoadedNetwork {

  private final Block block;
  private final Precision precision;

  LoadedClassifier(Block block, SequencedMap<String, NDArray> arrays, Precision precision) {
    super(arrays);
    this.block = block;
    this.precision = precision;
  }

  /// What the network makes of a batch.
  ///
  /// @param logProbabilities float32 `[n, classes]`
  /// @param features float32 `[n, d]`, the input of the last linear layer; null where the network
  ///   is the user's, which does not show them
  record Output(NDArray logProbabilities, @Nullable NDArray features) {

    /// @throws KumiaiException.Invalid `network-hides-features`
    NDArray requireFeatures() {
      if (features == null) {
        throw new KumiaiException.Invalid(
            "network-hides-features",
            "a TorchScript network does not show its features, on which the strategy works: choose a built-in network or another strategy");
      }
      return features;
    }
  }

  @Override
  Lesson lesson(
      LabelledImages images,
      int[] indices,
      LocalRule rule,
      RandomGenerator random,
      NDManager step) {
    Batch batch = Batch.of(images, indices, step);
    return () -> {
      Output output = output(batch.images(), true);
      NDArray crossEntropy = batch.meanLoss(output.logProbabilities());
      return new Loss(crossEntropy, rule.loss(crossEntropy, batch, output));
    };
  }

  @Override
  Optimiser.Motion motion(TrainingPlan plan) {
    return new Sgd(plan);
  }

  /// Log-probabilities `[n, classes]` in float32 of float32 images `[n, channels, size, size]`.
  NDArray logProbabilities(NDArray images, boolean training) {
    return output(images, training).logProbabilities();
  }

  /// The output for float32 images `[n, channels, size, size]` of a network that is not trained.
  Output evaluate(NDArray images) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try {
      return output(images, false);
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /// The output for float32 images `[n, channels, size, size]`.
  Output output(NDArray images, boolean training) {
    NDManager step = images.getManager();
    return switch (precision) {
      case FLOAT32 -> forward(new ParameterStore(step, false), images, training);
      case BFLOAT16 -> forward(Bfloat16.store(step), Bfloat16.cast(images), training);
    };
  }

  private Output forward(ParameterStore store, NDArray input, boolean training) {
    NDList images = new NDList(input);
    if (!(block instanceof Chain chain)) {
      return new Output(
          logSoftmax(block.forward(store, images, training).singletonOrThrow()), null);
    }
    NDArray features = chain.forwardToLast(store, images, training).singletonOrThrow();
    NDArray logits = chain.last().forward(store, new NDList(features), training).singletonOrThrow();
    return new Output(logSoftmax(logits), features.toType(DataType.FLOAT32, false));
  }

  private static NDArray logSoftmax(NDArray logits) {
    return JniUtils.logSoftmax((PtNDArray) logits, 1, DataType.FLOAT32);
  }
}
