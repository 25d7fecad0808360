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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The denoiser: a UNet (Ronneberger et al. 2015, arXiv 1505.04597) of one [Stage] at each
/// resolution on the way down, one at the coarsest, and one at each on the way up. What the way
/// down saw is added on the way up (others append it as channels, which costs a third of the speed
/// here).
///
/// Inputs: noised images `[samples, channels, height, width]` in the layout of [PackedPixels], and
/// sinusoids, labels and words as [ConditionVector] takes them. Output: the predicted `v`, as large
/// as the images.
final class UNet extends AbstractBlock {

  private final int channels;
  private final DiffusionArchitecture architecture;
  private final ConditionVector condition;
  private final Conv2d stem;
  private final List<Stage> down = new ArrayList<>();
  private final List<Conv2d> halve = new ArrayList<>();
  private final Stage middle;
  private final List<Conv2d> narrow = new ArrayList<>();
  private final List<Stage> up = new ArrayList<>();
  private final GroupNorm norm;
  private final Conv2d last;

  /// @param channels of the packed images
  UNet(DiffusionArchitecture architecture, int channels, int classes, WordList vocabulary) {
    this.architecture = architecture;
    this.channels = channels;
    List<Integer> widths = architecture.widths();
    int coarsest = widths.size() - 1;
    condition =
        addChildBlock(
            "condition", new ConditionVector(classes, vocabulary, architecture.embedding()));
    stem = addChildBlock("stem", Layers.conv3(widths.getFirst(), 1));
    for (int level = 0; level < coarsest; level++) {
      down.add(addChildBlock("down" + level, new Stage(architecture, level)));
      halve.add(addChildBlock("halve" + level, Layers.conv3(widths.get(level + 1), 2)));
    }
    middle = addChildBlock("middle", new Stage(architecture, coarsest));
    for (int level = coarsest - 1; level >= 0; level--) {
      narrow.add(addChildBlock("narrow" + level, Layers.conv1(widths.get(level))));
      up.add(addChildBlock("up" + level, new Stage(architecture, level)));
    }
    norm = addChildBlock("norm", new GroupNorm(architecture.groups(), widths.getFirst()));
    last = addChildBlock("last", Layers.conv3(channels, 1));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDArray vector = condition.forward(store, inputs.subNDList(1), training).singletonOrThrow();
    NDArray h = Layers.apply(stem, store, training, inputs.get(0));
    Deque<NDArray> seen = new ArrayDeque<>();
    for (int i = 0; i < down.size(); i++) {
      h = Layers.apply(down.get(i), store, training, h, vector);
      seen.push(h);
      h = Layers.apply(halve.get(i), store, training, h);
    }
    h = Layers.apply(middle, store, training, h, vector);
    for (int i = 0; i < up.size(); i++) {
      // A 1 x 1 convolution and the repetition of values commute: this order is 4 times cheaper.
      h = Layers.twice(Layers.apply(narrow.get(i), store, training, h));
      h = Layers.apply(up.get(i), store, training, h.add(seen.pop()), vector);
    }
    h = Layers.gelu(Layers.apply(norm, store, training, h));
    return new NDList(Layers.apply(last, store, training, h));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    List<Integer> widths = architecture.widths();
    int coarsest = widths.size() - 1;
    Shape vectors = Layers.vectors(architecture.embedding());
    condition.initialize(manager, type, Arrays.copyOfRange(inputShapes, 1, inputShapes.length));
    stem.initialize(manager, type, Layers.images(channels));
    for (int level = 0; level < coarsest; level++) {
      down.get(level).initialize(manager, type, Layers.images(widths.get(level)), vectors);
      halve.get(level).initialize(manager, type, Layers.images(widths.get(level)));
    }
    middle.initialize(manager, type, Layers.images(widths.getLast()), vectors);
    for (int i = 0; i < up.size(); i++) {
      int level = coarsest - 1 - i;
      narrow.get(i).initialize(manager, type, Layers.images(widths.get(level + 1)));
      up.get(i).initialize(manager, type, Layers.images(widths.get(level)), vectors);
    }
    norm.initialize(manager, type, Layers.images(widths.getFirst()));
    last.initialize(manager, type, Layers.images(widths.getFirst()));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {inputShapes[0]};
  }
}
