package dev.kumiai.engine.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Blocks one after the other, each under a name of its own, so that its parameters keep their
/// names when the chain grows.
public final class Chain extends AbstractBlock {

  /// Appends a block.
  public Chain then(String name, Block block) {
    addChildBlock(name, block);
    return this;
  }

  /// Appends a function without parameters.
  public Chain then(Function<NDArray, NDArray> function) {
    addChildBlock("", LambdaBlock.singleton(function));
    return this;
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    return last().forward(store, forwardToLast(store, inputs, training), training);
  }

  /// What the last block gets.
  public NDList forwardToLast(ParameterStore store, NDList inputs, boolean training) {
    NDList current = inputs;
    for (Block block : children.values().subList(0, children.size() - 1)) {
      current = block.forward(store, current, training);
    }
    return current;
  }

  /// The block that was appended last.
  public Block last() {
    return children.valueAt(children.size() - 1);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    Shape[] shapes = inputShapes;
    for (Block block : children.values()) {
      block.initialize(manager, type, shapes);
      shapes = block.getOutputShapes(shapes);
    }
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape[] shapes = inputShapes;
    for (Block block : children.values()) {
      shapes = block.getOutputShapes(shapes);
    }
    return shapes;
  }
}
