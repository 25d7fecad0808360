package dev.kumiai.engine.generator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.kumiai.engine.nn.GroupNorm;
import org.jspecify.annotations.Nullable;

/// The residual block of ADM (Dhariwal and Nichol 2021, arXiv 2105.05233): `y = x +
/// conv2(gelu(norm(conv1(gelu(norm(x)))) (1 + scale) + shift))`, where scale and shift are linear
/// in the vector of time and label ("adaptive group normalisation").
///
/// Inputs: x `[samples, channels, height, width]` and vectors `[rows, embedding]`, where each row
/// belongs to the next samples / rows samples: while sampling, a whole batch shares its time and
/// label, and the vector is computed once. Rows beyond the number of samples belong to none.
final class ResidualBlock extends AbstractBlock {

  private final int channels;
  private final int embedding;
  private final int groups;
  private final GroupNorm norm;
  private final Conv2d conv1;
  private final Linear modulation;
  private final Conv2d conv2;

  ResidualBlock(int channels, int embedding, int groups) {
    this.channels = channels;
    this.embedding = embedding;
    this.groups = groups;
    norm = addChildBlock("norm", new GroupNorm(groups, channels));
    conv1 = addChildBlock("conv1", Layers.conv3(channels, 1));
    modulation = addChildBlock("modulation", Layers.linear(2 * channels, true));
    conv2 = addChildBlock("conv2", Layers.conv3(channels, 1));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDArray x = inputs.get(0);
    NDArray h = Layers.gelu(Layers.apply(norm, store, training, x));
    h = GroupNorm.standardize(Layers.apply(conv1, store, training, h), groups);
    h = modulate(h, Layers.apply(modulation, store, training, inputs.get(1)));
    return new NDList(x.add(Layers.apply(conv2, store, training, Layers.gelu(h))));
  }

  private NDArray modulate(NDArray h, NDArray scaleAndShift) {
    Shape shape = h.getShape();
    long rows = Math.min(scaleAndShift.getShape().get(0), shape.get(0));
    NDArray used = scaleAndShift.get(new NDIndex().addSliceDim(0, rows));
    NDArray parts = used.reshape(rows, 1, 2, channels, 1);
    NDArray scale = parts.get(":, :, 0").add(1);
    NDArray shift = parts.get(":, :, 1");
    return h.reshape(rows, shape.get(0) / rows, channels, shape.get(2) * shape.get(3))
        .mul(scale)
        .add(shift)
        .reshape(shape);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    norm.initialize(manager, type, Layers.images(channels));
    conv1.initialize(manager, type, Layers.images(channels));
    modulation.initialize(manager, type, Layers.vectors(embedding));
    conv2.initialize(manager, type, Layers.images(channels));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {inputShapes[0]};
  }
}
