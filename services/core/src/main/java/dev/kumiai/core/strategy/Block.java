package dev.kumiai.core.strategy;

import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;

/// Some consecutive elements of one tensor: those of every update to read, those of the next model
/// to fill. Small enough to stay in a core's cache. One thread works on a block; its arrays are
/// used again for the next one, so what they held before is still in them.
public final class Block {

  /// The most elements of a block.
  public static final int CAPACITY = 8192;

  private final Updates updates;
  private final List<ServerState> states;
  private final int[] tensorOfUpdate;
  private final int[] tensorOfState;
  private final float[] result = new float[CAPACITY];
  private final float[][] stateResults;
  private final float[] floats = new float[CAPACITY];
  private final double[] doubles = new double[CAPACITY];
  private int tensorOfGlobal;
  private long from;
  private int length;

  Block(Updates updates, List<ServerState> states) {
    this.updates = updates;
    this.states = states;
    this.tensorOfUpdate = new int[updates.size()];
    this.tensorOfState = new int[states.size()];
    this.stateResults = new float[states.size()][CAPACITY];
  }

  /// Turns to a tensor. Files may hold the same tensors in different orders.
  void tensor(TensorSpec spec) {
    tensorOfGlobal = updates.global().indexOf(spec.name());
    for (int i = 0; i < tensorOfUpdate.length; i++) {
      tensorOfUpdate[i] = updates.list().get(i).weights().indexOf(spec.name());
    }
    for (int i = 0; i < tensorOfState.length; i++) {
      SafetensorsFile before = states.get(i).before();
      if (before != null && spec.dtype().isFloating()) {
        tensorOfState[i] = before.indexOf(spec.name());
      }
    }
  }

  void elements(long from, int length) {
    this.from = from;
    this.length = length;
  }

  /// How many elements there are, at most [#CAPACITY].
  public int length() {
    return length;
  }

  /// Copies the elements of one update to the start of an array.
  ///
  /// @param update its index in [Updates#list]
  public void readUpdate(int update, float[] into) {
    updates.list().get(update).weights().readFloats(tensorOfUpdate[update], from, into, 0, length);
  }

  /// Copies the elements of the global model that the updates started from to the start of an
  /// array.
  public void readGlobal(float[] into) {
    updates.global().readFloats(tensorOfGlobal, from, into, 0, length);
  }

  /// Copies the elements of a state to the start of an array.
  ///
  /// @param state its index in [Strategy#states]
  public void readState(int state, float[] into) {
    SafetensorsFile before = states.get(state).before();
    if (before == null) {
      Arrays.fill(into, 0, length, 0);
    } else {
      before.readFloats(tensorOfState[state], from, into, 0, length);
    }
  }

  void readLong(int update, long element, long[] into) {
    updates.list().get(update).weights().readLongs(tensorOfUpdate[update], element, into, 0, 1);
  }

  /// Where the elements of the next model go, from its start; of [#CAPACITY].
  public float[] result() {
    return result;
  }

  /// Where the elements of a state go, from its start; of [#CAPACITY].
  ///
  /// @param state its index in [Strategy#states]
  public float[] stateResult(int state) {
    return stateResults[state];
  }

  /// An array of [#CAPACITY] to work in.
  public float[] floats() {
    return floats;
  }

  /// An array of [#CAPACITY] to work in.
  public double[] doubles() {
    return doubles;
  }
}
