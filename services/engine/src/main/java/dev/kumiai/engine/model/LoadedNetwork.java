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
import dev.kumiai.engine.EngineDevice.Precision;
import dev.kumiai.engine.nn.Bfloat16;
import dev.kumiai.engine.nn.Weights;
import java.util.Collections;
import java.util.SequencedMap;

/// A network with weights on a device, in float32.
final class LoadedNetwork {

  private final Block block;
  private final SequencedMap<String, NDArray> arrays;
  private final Precision precision;

  LoadedNetwork(Block block, SequencedMap<String, NDArray> arrays, Precision precision) {
    this.block = block;
    this.arrays = Collections.unmodifiableSequencedMap(arrays);
    this.precision = precision;
  }

  /// Log-probabilities `[n, classes]` in float32 of float32 images `[n, channels, size, size]`.
  NDArray logProbabilities(NDArray images, boolean training) {
    NDManager step = images.getManager();
    NDArray logits =
        switch (precision) {
          case FLOAT32 -> forward(new ParameterStore(step, false), images, training);
          case BFLOAT16 -> forward(Bfloat16.store(step), Bfloat16.cast(images), training);
        };
    return JniUtils.logSoftmax((PtNDArray) logits, 1, DataType.FLOAT32);
  }

  private NDArray forward(ParameterStore store, NDArray input, boolean training) {
    return block.forward(store, new NDList(input), training).singletonOrThrow();
  }

  /// The weights by name, where gradients arrive and training changes them.
  SequencedMap<String, NDArray> arrays() {
    return arrays;
  }

  /// A copy of the weights as they are now.
  ModelWeights weights() {
    return Weights.copyOf(arrays);
  }
}
