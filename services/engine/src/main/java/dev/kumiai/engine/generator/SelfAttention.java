package dev.kumiai.engine.generator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.kumiai.engine.nn.GroupNorm;
import org.jspecify.annotations.Nullable;

/// Lets every position of an image look at every other (Vaswani et al. 2017, arXiv 1706.03762): `y
/// = x + project(softmax(k^T q / sqrt(d)) v)` with q, k, v linear in `norm(x)`, for each head.
///
/// Input and output `[samples, channels, height, width]`.
final class SelfAttention extends AbstractBlock {

  private final int channels;
  private final int heads;
  private final GroupNorm norm;
  private final Conv2d queriesKeysValues;
  private final Conv2d project;

  SelfAttention(int channels, int heads, int groups) {
    this.channels = channels;
    this.heads = heads;
    norm = addChildBlock("norm", new GroupNorm(groups, channels));
    queriesKeysValues = addChildBlock("qkv", Layers.conv1(3 * channels));
    project = addChildBlock("project", Layers.conv1(channels));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDArray x = inputs.singletonOrThrow();
    Shape shape = x.getShape();
    int depth = channels / heads;
    NDArray normed = Layers.apply(norm, store, training, x);
    NDArray qkv =
        Layers.apply(queriesKeysValues, store, training, normed)
            .reshape(shape.get(0), 3, heads, depth, shape.get(2) * shape.get(3));
    NDArray queries = qkv.get(":, 0").transpose(0, 1, 3, 2).mul(1 / Math.sqrt(depth));
    NDArray keys = qkv.get(":, 1");
    NDArray values = qkv.get(":, 2").transpose(0, 1, 3, 2);
    NDArray seen = queries.matMul(keys).softmax(-1).matMul(values);
    NDArray joined = seen.transpose(0, 1, 3, 2).reshape(shape);
    return new NDList(x.add(Layers.apply(project, store, training, joined)));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    norm.initialize(manager, type, Layers.images(channels));
    queriesKeysValues.initialize(manager, type, Layers.images(channels));
    project.initialize(manager, type, Layers.images(channels));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
