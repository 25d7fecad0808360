package dev.kumiai.engine.generator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/// What the UNet does at one resolution: a residual block; below the finest resolution also
/// self-attention, without which long thin shapes fall apart into dots; at the coarsest a second
/// residual block.
///
/// Inputs and output as of [ResidualBlock].
final class Stage extends AbstractBlock {

  private final int width;
  private final ResidualBlock first;
  private final @Nullable SelfAttention attention;
  private final @Nullable ResidualBlock second;

  Stage(DiffusionArchitecture architecture, int level) {
    this.width = architecture.widths().get(level);
    int coarsest = architecture.widths().size() - 1;
    first = addChildBlock("first", residual(architecture));
    attention =
        level == 0 && coarsest > 0
            ? null
            : addChildBlock(
                "attention", new SelfAttention(width, architecture.heads(), architecture.groups()));
    second = level == coarsest ? addChildBlock("second", residual(architecture)) : null;
  }

  private ResidualBlock residual(DiffusionArchitecture architecture) {
    return new ResidualBlock(width, architecture.embedding(), architecture.groups());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDArray vector = inputs.get(1);
    NDArray h = Layers.apply(first, store, training, inputs.get(0), vector);
    if (attention != null) {
      h = Layers.apply(attention, store, training, h);
    }
    if (second != null) {
      h = Layers.apply(second, store, training, h, vector);
    }
    return new NDList(h);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    first.initialize(manager, type, inputShapes);
    if (attention != null) {
      attention.initialize(manager, type, inputShapes[0]);
    }
    if (second != null) {
      second.initialize(manager, type, inputShapes);
    }
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {inputShapes[0]};
  }
}
