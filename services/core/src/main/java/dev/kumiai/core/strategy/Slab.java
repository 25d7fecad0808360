package dev.kumiai.core.strategy;

import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.TensorSpec;
import java.io.IOException;
import java.util.List;

/// The piece of work of one thread: consecutive elements of one tensor, computed block by block.
/// Used again and again, so that an aggregation allocates next to nothing.
final class Slab {

  /// The most elements of a slab. Large enough that handing one to a thread costs nothing.
  static final int CAPACITY = 16 * Block.CAPACITY;

  private final Updates updates;
  private final Block block;
  private final float[] result = new float[CAPACITY];
  private final float[][] stateResults;
  private final long[] longs = new long[CAPACITY];
  private TensorSpec tensor;
  private long from;
  private int length;

  Slab(Updates updates, List<ServerState> states) {
    this.updates = updates;
    this.block = new Block(updates, states);
    this.stateResults = new float[states.size()][CAPACITY];
    this.tensor = updates.specs().getFirst();
  }

  /// Turns to the elements of a tensor from this one on, as many as there are and fit.
  void aim(TensorSpec tensor, long from) {
    this.tensor = tensor;
    this.from = from;
    this.length = (int) Math.min(CAPACITY, tensor.elements() - from);
  }

  int length() {
    return length;
  }

  Slab compute(Strategy.Combination combination) {
    block.tensor(tensor);
    if (tensor.dtype() == DType.I64) {
      computeLongs(combination);
      return this;
    }
    for (int at = 0; at < length; at += Block.CAPACITY) {
      int count = Math.min(Block.CAPACITY, length - at);
      block.elements(from + at, count);
      combination.combine(block);
      System.arraycopy(block.result(), 0, result, at, count);
      for (int state = 0; state < stateResults.length; state++) {
        System.arraycopy(block.stateResult(state), 0, stateResults[state], at, count);
      }
    }
    return this;
  }

  private void computeLongs(Strategy.Combination combination) {
    long[] values = new long[updates.size()];
    long[] one = new long[1];
    for (int i = 0; i < length; i++) {
      for (int update = 0; update < values.length; update++) {
        block.readLong(update, from + i, one);
        values[update] = one[0];
      }
      longs[i] = combination.combine(values);
    }
  }

  void write(SafetensorsWriter model, List<ServerState> states) throws IOException {
    if (tensor.dtype() == DType.I64) {
      model.writeLongs(longs, 0, length);
      return;
    }
    model.writeFloats(tensor.dtype(), result, 0, length);
    for (int state = 0; state < stateResults.length; state++) {
      states.get(state).after().writeFloats(DType.F32, stateResults[state], 0, length);
    }
  }
}
