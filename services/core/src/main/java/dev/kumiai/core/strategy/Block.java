package dev.kumiai.core.strategy;

import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Some consecutive elements of one floating-point tensor: those of every update to read, those of
/// the next model to fill. So few that those of some hundred updates stay in a core's cache. One
/// thread works on a block; its arrays are used again for the next one, so what they held before is
/// still in them.
public final class Block {

  /// The most elements of a block.
  public static final int CAPACITY = 2048;

  /// Rows as long as a power of two would share the same few sets of a cache.
  private static final int ROW_PADDING = 60;

  private final Updates updates;
  private final List<Remembered> states;
  private final int[] tensorOfUpdate;
  private final int[] tensorOfControl;
  private final int[] tensorOfBase;
  private final int[] tensorOfState;
  private final float[] result = new float[CAPACITY];
  private final float[][] stateResults;
  private final float[] floats = new float[CAPACITY];
  private final double[] doubles = new double[CAPACITY];
  private float @Nullable [][] rows;
  private int tensorOfGlobal;
  private long from;
  private int length;

  Block(Updates updates, List<Remembered> states) {
    this.updates = updates;
    this.states = states;
    this.tensorOfUpdate = new int[updates.size()];
    this.tensorOfControl = new int[updates.size()];
    this.tensorOfBase = new int[updates.size()];
    this.tensorOfState = new int[states.size()];
    this.stateResults = new float[states.size()][CAPACITY];
  }

  /// Consumes a block.
  @FunctionalInterface
  interface Visit {
    /// Sees the block, which starts there in the piece.
    void accept(Block block, int at);
  }

  /// Turns to each block of a piece in turn.
  void forEach(Pipeline.Piece piece, Visit visit) {
    tensor(piece.tensor());
    for (int at = 0; at < piece.length(); at += CAPACITY) {
      from = piece.from() + at;
      length = Math.min(CAPACITY, piece.length() - at);
      visit.accept(this, at);
    }
  }

  /// Turns to a tensor. Files may hold the same tensors in different orders.
  private void tensor(TensorSpec spec) {
    tensorOfGlobal = updates.global().indexOf(spec.name());
    for (int i = 0; i < tensorOfUpdate.length; i++) {
      Update update = updates.list().get(i);
      tensorOfUpdate[i] = update.weights().indexOf(spec.name());
      if (updates.haveControls()) {
        tensorOfControl[i] = update.weights().indexOf(Updates.controlName(spec.name()));
      }
      if (update.base() != null) {
        tensorOfBase[i] = update.base().model().indexOf(spec.name());
      }
    }
    for (int i = 0; i < tensorOfState.length; i++) {
      SafetensorsFile before = states.get(i).state().before();
      if (before != null) {
        tensorOfState[i] = before.indexOf(spec.name());
      }
    }
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

  /// Copies the elements of all updates.
  ///
  /// @return a row for each update, longer than [#CAPACITY]; what lies behind the elements means
  ///   nothing
  public float[][] readUpdates() {
    float[][] all = rows();
    for (int update = 0; update < all.length; update++) {
      readUpdate(update, all[update]);
    }
    return all;
  }

  /// Arrays to work in, one for each update, longer than [#CAPACITY].
  public float[][] rows() {
    if (rows == null) {
      rows = new float[updates.size()][CAPACITY + ROW_PADDING];
    }
    return rows;
  }

  /// Copies the change of one site's control variate to the start of an array.
  ///
  /// @param update its index in [Updates#list]
  public void readControl(int update, float[] into) {
    updates.list().get(update).weights().readFloats(tensorOfControl[update], from, into, 0, length);
  }

  /// Copies the elements of the model that one update was trained from to the start of an array.
  ///
  /// @param update its index in [Updates#list]
  public void readBase(int update, float[] into) {
    Update.Base base = updates.list().get(update).base();
    if (base == null) {
      readGlobal(into);
    } else {
      base.model().readFloats(tensorOfBase[update], from, into, 0, length);
    }
  }

  /// Copies the elements of the global model to the start of an array.
  public void readGlobal(float[] into) {
    updates.global().readFloats(tensorOfGlobal, from, into, 0, length);
  }

  /// Copies the elements of a state to the start of an array.
  ///
  /// @param state its index in [Strategy#states]
  public void readState(int state, float[] into) {
    Remembered remembered = states.get(state);
    SafetensorsFile before = remembered.state().before();
    if (before == null) {
      Arrays.fill(into, 0, length, remembered.initial());
    } else {
      before.readFloats(tensorOfState[state], from, into, 0, length);
    }
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
