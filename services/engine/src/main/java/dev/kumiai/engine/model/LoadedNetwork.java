package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.nn.Weights;
import java.util.Collections;
import java.util.SequencedMap;

/// A network with weights on a device.
///
/// Where the block computes in less than float32, `masters` are the float32 weights that training
/// steps add up in, as most steps are smaller than bfloat16 can tell apart; else they are the
/// block's own arrays.
final class LoadedNetwork {

  private final Block block;
  private final ParameterStore store;
  private final DataType computeType;
  private final SequencedMap<String, NDArray> arrays;
  private final SequencedMap<String, NDArray> masters;

  LoadedNetwork(
      Block block,
      NDManager scope,
      DataType computeType,
      SequencedMap<String, NDArray> arrays,
      SequencedMap<String, NDArray> masters) {
    this.block = block;
    this.store = new ParameterStore(scope, false);
    this.computeType = computeType;
    this.arrays = Collections.unmodifiableSequencedMap(arrays);
    this.masters = Collections.unmodifiableSequencedMap(masters);
  }

  /// Log-probabilities `[n, classes]` in float32 of float32 images `[n, channels, size, size]`.
  NDArray logProbabilities(NDArray images, boolean training) {
    NDArray input = images.toType(computeType, false);
    NDArray logits = block.forward(store, new NDList(input), training).singletonOrThrow();
    return JniUtils.logSoftmax((PtNDArray) logits, 1, DataType.FLOAT32);
  }

  /// The arrays that gradients arrive at.
  SequencedMap<String, NDArray> arrays() {
    return arrays;
  }

  /// The float32 weights.
  SequencedMap<String, NDArray> masters() {
    return masters;
  }

  /// Whether the masters are others than the arrays.
  boolean hasSeparateMasters() {
    return computeType != DataType.FLOAT32;
  }

  /// A copy of the weights as they are now.
  ModelWeights weights() {
    return Weights.copyOf(masters);
  }
}
