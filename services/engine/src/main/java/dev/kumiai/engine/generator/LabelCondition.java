package dev.kumiai.engine.generator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/// What the UNet knows of the label: a learnt vector for each class, and one for "no class", which
/// classifier-free guidance needs. All conditioning on the label goes through this block.
///
/// Input `[samples, classes + 1]` one-hot, output `[samples, embedding]`.
final class LabelCondition extends AbstractBlock {

  private final int embedding;
  private final Parameter vectors;

  LabelCondition(int classes, int embedding) {
    this.embedding = embedding;
    vectors =
        addParameter(
            Parameter.builder()
                .setName("vectors")
                .setType(Parameter.Type.WEIGHT)
                .optShape(new Shape(classes + 1, embedding))
                .build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDArray oneHot = inputs.singletonOrThrow();
    return new NDList(oneHot.matMul(store.getValue(vectors, oneHot.getDevice(), training)));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(inputShapes[0].get(0), embedding)};
  }
}
