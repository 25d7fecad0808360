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
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The denoiser: a UNet (Ronneberger et al. 2015, arXiv 1505.04597) of residual blocks, one at each
/// resolution on the way down and one on the way up, with self-attention between two blocks at the
/// coarsest. What the way down saw is added on the way up (others append it as channels, which
/// costs a third of the speed here).
///
/// Inputs: noised images `[samples, channels, height, width]` in the layout of [PackedPixels], and
/// sinusoids and labels as [TimeAndLabel] takes them. Output: the predicted `v`, as large as the
/// images.
final class UNet extends AbstractBlock {

  private final int channels;
  private final int classes;
  private final DiffusionArchitecture architecture;
  private final TimeAndLabel timeAndLabel;
  private final Conv2d stem;
  private final List<ResidualBlock> down = new ArrayList<>();
  private final List<Conv2d> halve = new ArrayList<>();
  private final ResidualBlock before;
  private final SelfAttention attention;
  private final ResidualBlock after;
  private final List<Conv2d> narrow = new ArrayList<>();
  private final List<ResidualBlock> up = new ArrayList<>();
  private final GroupNorm norm;
  private final Conv2d last;

  /// @param channels of the packed images
  UNet(DiffusionArchitecture architecture, int channels, int classes) {
    this.architecture = architecture;
    this.channels = channels;
    this.classes = classes;
    List<Integer> widths = architecture.widths();
    int levels = widths.size();
    timeAndLabel = addChildBlock("condition", new TimeAndLabel(classes, architecture.embedding()));
    stem = addChildBlock("stem", Layers.conv3(widths.getFirst(), 1));
    for (int level = 0; level < levels - 1; level++) {
      down.add(addChildBlock("down" + level, residual(level)));
      halve.add(addChildBlock("halve" + level, Layers.conv3(widths.get(level + 1), 2)));
    }
    before = addChildBlock("before", residual(levels - 1));
    attention =
        addChildBlock(
            "attention",
            new SelfAttention(widths.getLast(), architecture.heads(), architecture.groups()));
    after = addChildBlock("after", residual(levels - 1));
    for (int level = levels - 2; level >= 0; level--) {
      narrow.add(addChildBlock("narrow" + level, Layers.conv1(widths.get(level))));
      up.add(addChildBlock("up" + level, residual(level)));
    }
    norm = addChildBlock("norm", new GroupNorm(architecture.groups(), widths.getFirst()));
    last = addChildBlock("last", Layers.conv3(channels, 1));
  }

  private ResidualBlock residual(int level) {
    return new ResidualBlock(
        architecture.widths().get(level), architecture.embedding(), architecture.groups());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store,
      NDList inputs,
      boolean training,
      @Nullable PairList<String, Object> params) {
    NDArray vector =
        timeAndLabel
            .forward(store, new NDList(inputs.get(1), inputs.get(2)), training)
            .singletonOrThrow();
    NDArray h = Layers.apply(stem, store, training, inputs.get(0));
    Deque<NDArray> seen = new ArrayDeque<>();
    for (int i = 0; i < down.size(); i++) {
      h = Layers.apply(down.get(i), store, training, h, vector);
      seen.push(h);
      h = Layers.apply(halve.get(i), store, training, h);
    }
    h = Layers.apply(before, store, training, h, vector);
    h = Layers.apply(attention, store, training, h);
    h = Layers.apply(after, store, training, h, vector);
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
    int levels = widths.size();
    Shape vectors = Layers.vectors(architecture.embedding());
    timeAndLabel.initialize(manager, type, vectors, Layers.vectors(classes + 1));
    stem.initialize(manager, type, Layers.images(channels));
    for (int level = 0; level < levels - 1; level++) {
      down.get(level).initialize(manager, type, Layers.images(widths.get(level)), vectors);
      halve.get(level).initialize(manager, type, Layers.images(widths.get(level)));
    }
    Shape coarsest = Layers.images(widths.getLast());
    before.initialize(manager, type, coarsest, vectors);
    attention.initialize(manager, type, coarsest);
    after.initialize(manager, type, coarsest, vectors);
    for (int i = 0; i < up.size(); i++) {
      int level = levels - 2 - i;
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
