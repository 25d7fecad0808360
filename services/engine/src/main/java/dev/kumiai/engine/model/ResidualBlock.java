package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.kumiai.engine.nn.GroupNorm;
import org.jspecify.annotations.Nullable;

/// The basic block of a ResNet: `relu(x + norm(conv(relu(norm(conv(x))))))`. Where it has more
/// channels than its input, the first convolution halves the size, and the shortcut takes every
/// second pixel and fills the new channels with zeros.
final class ResidualBlock extends AbstractBlock {

  private final int channels;
  private final int stride;
  private final Conv2d conv1;
  private final GroupNorm norm1;
  private final Conv2d conv2;
  private final GroupNorm norm2;

  ResidualBlock(int groups, int channels, int stride) {
    this.channels = channels;
    this.stride = stride;
    conv1 = addChildBlock("conv1", Architecture.convolution(channels, stride));
    norm1 = addChildBlock("norm1", new GroupNorm(groups, channels));
    conv2 = addChildBlock("conv2", Architecture.convolution(channels, 1));
    norm2 = addChildBlock("norm2", new GroupNorm(groups, channels));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDList inner = norm1.forward(store, conv1.forward(store, inputs, training), training);
    inner = new NDList(Activation.relu(inner.singletonOrThrow()));
    inner = norm2.forward(store, conv2.forward(store, inner, training), training);
    NDArray sum = shortcut(inputs.singletonOrThrow()).add(inner.singletonOrThrow());
    return new NDList(Activation.relu(sum));
  }

  private NDArray shortcut(NDArray x) {
    if (stride == 1) {
      return x;
    }
    long missing = channels - x.getShape().get(1);
    return x.get(new NDIndex(":, :, ::2, ::2"))
        .pad(new Shape(0, 0, 0, 0, missing / 2, missing / 2), 0);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    Shape[] shapes = inputShapes;
    for (Block child : children.values()) {
      child.initialize(manager, type, shapes);
      shapes = child.getOutputShapes(shapes);
    }
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return conv2.getOutputShapes(conv1.getOutputShapes(inputShapes));
  }
}
