package dev.kumiai.engine.generator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.kumiai.engine.nn.GroupNorm;
import dev.kumiai.engine.nn.TorchFunction;
import org.jspecify.annotations.Nullable;

/// Lets every position of an image look at every other (Vaswani et al. 2017, arXiv 1706.03762): `y
/// = x + project(softmax(q k^T / sqrt(d)) v)` with q, k, v linear in `norm(x)`, for each head.
///
/// Input and output `[samples, channels, height, width]`.
final class SelfAttention extends AbstractBlock {

  private static final TorchFunction KERNEL = TorchFunction.load("attention");

  private final int channels;
  private final int heads;
  private final GroupNorm norm;
  private final Parameter qkvWeight;
  private final Parameter qkvBias;
  private final Parameter projectWeight;
  private final Parameter projectBias;

  SelfAttention(int channels, int heads, int groups) {
    this.channels = channels;
    this.heads = heads;
    norm = addChildBlock("norm", new GroupNorm(groups, channels));
    qkvWeight = add("qkv_weight", Parameter.Type.WEIGHT, 3L * channels, channels);
    qkvBias = add("qkv_bias", Parameter.Type.BIAS, 3L * channels);
    projectWeight = add("project_weight", Parameter.Type.WEIGHT, channels, channels);
    projectBias = add("project_bias", Parameter.Type.BIAS, channels);
  }

  private Parameter add(String name, Parameter.Type type, long... dimensions) {
    return addParameter(
        Parameter.builder().setName(name).setType(type).optShape(new Shape(dimensions)).build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDArray x = inputs.singletonOrThrow();
    NDArray seen =
        KERNEL.apply(
            Layers.apply(norm, store, training, x),
            x.getManager().create(new Shape(heads, 0)),
            store.getValue(qkvWeight, x.getDevice(), training),
            store.getValue(qkvBias, x.getDevice(), training),
            store.getValue(projectWeight, x.getDevice(), training),
            store.getValue(projectBias, x.getDevice(), training));
    return new NDList(x.add(seen));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    norm.initialize(manager, type, Layers.images(channels));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
