package dev.kumiai.engine.generator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/// What the UNet knows of a prompt: a text encoder that sums a learnt vector for each word it has
/// and brings the sum to the width of the [ConditionVector], `y = W sum of e(word)`.
///
/// A sum knows no order, as the words of a catalogue have none ("Deep Sets", Zaheer et al. 2017,
/// arXiv 1703.06114, whose second half is what the UNet makes of the vector; Joulin et al. 2017,
/// arXiv 1607.01759, for bags of words). It is not divided by the number of words, so that a word
/// does the same whatever stands beside it, and no word is 0.
///
/// Input `[rows, words]`, 1 where the prompt has the word and else 0; output `[rows, embedding]`.
final class WordCondition extends AbstractBlock {

  private final WordList vocabulary;
  private final int embedding;
  private final Parameter vectors;
  private final Linear project;

  WordCondition(WordList vocabulary, int embedding) {
    this.vocabulary = vocabulary;
    this.embedding = embedding;
    vectors =
        addParameter(
            Parameter.builder()
                .setName("vectors")
                .setType(Parameter.Type.WEIGHT)
                .optShape(new Shape(vocabulary.words().size(), vocabulary.width()))
                .build());
    project = addChildBlock("project", Layers.linear(embedding, false));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDArray bags = inputs.singletonOrThrow();
    NDArray sum = bags.matMul(store.getValue(vectors, bags.getDevice(), training));
    return new NDList(Layers.apply(project, store, training, sum));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    project.initialize(manager, type, Layers.vectors(vocabulary.width()));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(inputShapes[0].get(0), embedding)};
  }
}
