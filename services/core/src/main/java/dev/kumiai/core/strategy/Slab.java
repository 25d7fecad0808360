package dev.kumiai.core.strategy;

import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import java.io.IOException;
import java.util.List;

/// The computed elements of one piece. Used again and again, so that an aggregation allocates next
/// to nothing.
final class Slab {

  private static final int LONGS = 512;

  private final Updates updates;
  private final Block block;
  private final float[] result = new float[Pipeline.PIECE];
  private final float[][] stateResults;
  private final long[] longs = new long[Pipeline.PIECE];

  Slab(Updates updates, List<Remembered> states) {
    this.updates = updates;
    this.block = new Block(updates, states);
    this.stateResults = new float[states.size()][Pipeline.PIECE];
  }

  void compute(Strategy.Combination combination, Pipeline.Piece piece) {
    if (piece.tensor().dtype() == DType.I64) {
      computeLongs(combination, piece);
      return;
    }
    block.forEach(
        piece,
        (elements, at) -> {
          combination.combine(elements);
          System.arraycopy(elements.result(), 0, result, at, elements.length());
          for (int state = 0; state < stateResults.length; state++) {
            System.arraycopy(
                elements.stateResult(state), 0, stateResults[state], at, elements.length());
          }
        });
  }

  private void computeLongs(Strategy.Combination combination, Pipeline.Piece piece) {
    List<Update> list = updates.list();
    long[][] rows = new long[list.size()][LONGS];
    long[] values = new long[list.size()];
    for (int at = 0; at < piece.length(); at += LONGS) {
      int count = Math.min(LONGS, piece.length() - at);
      for (int update = 0; update < rows.length; update++) {
        SafetensorsFile weights = list.get(update).weights();
        int tensor = weights.indexOf(piece.tensor().name());
        weights.readLongs(tensor, piece.from() + at, rows[update], 0, count);
      }
      for (int i = 0; i < count; i++) {
        for (int update = 0; update < rows.length; update++) {
          values[update] = rows[update][i];
        }
        longs[at + i] = combination.combine(values);
      }
    }
  }

  void write(SafetensorsWriter model, List<Remembered> states, Pipeline.Piece piece)
      throws IOException {
    if (piece.tensor().dtype() == DType.I64) {
      model.writeLongs(longs, 0, piece.length());
      return;
    }
    model.writeFloats(piece.tensor().dtype(), result, 0, piece.length());
    for (int state = 0; state < stateResults.length; state++) {
      SafetensorsWriter after = states.get(state).state().after();
      after.writeFloats(DType.F32, stateResults[state], 0, piece.length());
    }
  }
}
