package dev.kumiai.engine.generator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.jspecify.annotations.Nullable;

/// The vector that tells every block of the UNet the time, the label and the words of a prompt: two
/// dense layers over sinusoids of the time (Vaswani et al. 2017, arXiv 1706.03762; Ho et al. 2020,
/// arXiv 2006.11239), plus the [LabelCondition], plus the [WordCondition] where there are words to
/// know.
///
/// Inputs `[rows, embedding]` sinusoids, `[rows, classes + 1]` one-hot labels and, not always,
/// `[rows, words]` bags of words: without them no row has a word. Output `[rows, embedding]`.
final class ConditionVector extends AbstractBlock {

  private static final double SLOWEST_PERIOD = 10_000;
  private static final double TIME_SCALE = 1000;

  private final int classes;
  private final int embedding;
  private final Linear first;
  private final Linear second;
  private final LabelCondition label;
  private final @Nullable WordCondition words;

  ConditionVector(int classes, WordList vocabulary, int embedding) {
    this.classes = classes;
    this.embedding = embedding;
    first = addChildBlock("first", Layers.linear(embedding, true));
    second = addChildBlock("second", Layers.linear(embedding, true));
    label = addChildBlock("label", new LabelCondition(classes, embedding));
    words =
        vocabulary.isEmpty()
            ? null
            : addChildBlock("words", new WordCondition(vocabulary, embedding));
  }

  /// `cos(1000 t w_i)` and then `sin(1000 t w_i)` for frequencies `w_i = 10000^(-i / half)`.
  static void sinusoids(double t, float[] target, int offset, int embedding) {
    int half = embedding / 2;
    for (int i = 0; i < half; i++) {
      double angle = TIME_SCALE * t * Math.pow(SLOWEST_PERIOD, -(double) i / half);
      target[offset + i] = (float) Math.cos(angle);
      target[offset + half + i] = (float) Math.sin(angle);
    }
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDArray hidden = Layers.gelu(Layers.apply(first, store, training, inputs.get(0)));
    NDArray sum = Layers.apply(second, store, training, hidden);
    sum = sum.add(Layers.apply(label, store, training, inputs.get(1)));
    if (words != null && inputs.size() > 2) {
      sum = sum.add(Layers.apply(words, store, training, inputs.get(2)));
    }
    return new NDList(Layers.gelu(sum));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    first.initialize(manager, type, Layers.vectors(embedding));
    second.initialize(manager, type, Layers.vectors(embedding));
    label.initialize(manager, type, Layers.vectors(classes + 1));
    if (words != null) {
      words.initialize(manager, type, inputShapes[2]);
    }
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(inputShapes[0].get(0), embedding)};
  }
}
