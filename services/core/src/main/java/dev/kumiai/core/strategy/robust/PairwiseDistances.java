package dev.kumiai.core.strategy.robust;

import dev.kumiai.core.strategy.Block;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.Updates;
import java.util.Arrays;

/// Squared Euclidean distances between all pairs of updates, over all floating-point elements.
///
/// Within a block differences are taken, squared and added up in float32, from block to block in
/// double precision. All terms are positive and a value takes part in no more than 9 roundings, so
/// that the relative error is below 9 * 2^-24 = 6e-7 (differences below 1e-19, whose squares are
/// not normal floats, apart). Taking differences first, unlike a Gram matrix, loses nothing where
/// updates are close to one another. A distance that overflows is infinite: very far.
final class PairwiseDistances {

  private static final int LANES = Block.CAPACITY / 4;
  private static final int FOLDED = LANES / 4;

  private final int updates;
  private final double[] squares;

  private PairwiseDistances(int updates, double[] squares) {
    this.updates = updates;
    this.squares = squares;
  }

  /// Passes over all updates once.
  static PairwiseDistances of(Updates updates, Passes passes) {
    int n = updates.size();
    return new PairwiseDistances(n, passes.sum(n * n, PairwiseDistances::add));
  }

  /// The squared distance of two updates, by their indices.
  double squared(int one, int other) {
    return squares[Math.min(one, other) * updates + Math.max(one, other)];
  }

  int updates() {
    return updates;
  }

  private static void add(Block block, double[] sums) {
    float[][] rows = block.readUpdates();
    for (float[] row : rows) {
      Arrays.fill(row, block.length(), row.length, 0);
    }
    float[] lanes = block.floats();
    float[] folded = block.result();
    for (int one = 0; one < rows.length; one++) {
      for (int other = one + 1; other < rows.length; other++) {
        square(rows[one], rows[other], lanes);
        fold(lanes, folded);
        sums[one * rows.length + other] += sum(folded);
      }
    }
  }

  /// Adds in independent lanes, of which the compiler makes vector instructions, unlike of a single
  /// sum. It does so because the distances between the elements of a lane are constants.
  private static void square(float[] a, float[] b, float[] lanes) {
    for (int i = 0; i < LANES; i++) {
      float d0 = a[i] - b[i];
      float d1 = a[i + LANES] - b[i + LANES];
      float d2 = a[i + 2 * LANES] - b[i + 2 * LANES];
      float d3 = a[i + 3 * LANES] - b[i + 3 * LANES];
      lanes[i] = d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3;
    }
  }

  private static void fold(float[] from, float[] to) {
    for (int i = 0; i < FOLDED; i++) {
      to[i] = from[i] + from[i + FOLDED] + from[i + 2 * FOLDED] + from[i + 3 * FOLDED];
    }
  }

  private static double sum(float[] lanes) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    for (int i = 0; i < FOLDED; i += 4) {
      sum0 += lanes[i];
      sum1 += lanes[i + 1];
      sum2 += lanes[i + 2];
      sum3 += lanes[i + 3];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }
}
