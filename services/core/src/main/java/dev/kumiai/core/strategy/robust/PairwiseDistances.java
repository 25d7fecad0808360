package dev.kumiai.core.strategy.robust;

import dev.kumiai.core.strategy.Block;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.Updates;
import java.util.Arrays;

/// Squared Euclidean distances between all pairs of updates, over all floating-point elements.
///
/// Within a block differences are taken, squared and added up in float32, from block to block in
/// double precision. All terms are positive and a value takes part in no more than 10 roundings, so
/// that the relative error is below 10 * 2^-24 = 6e-7 (differences below 1e-19, whose squares are
/// not normal floats, apart). Taking differences first, unlike a Gram matrix, loses nothing where
/// updates are close to one another. A distance that overflows is infinite: very far.
final class PairwiseDistances {

  private static final int LAST_LANES = 64;

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
    for (int one = 0; one < rows.length; one++) {
      for (int other = one + 1; other < rows.length; other++) {
        sums[one * rows.length + other] +=
            between(rows[one], rows[other], block.capacity(), block.floats(), block.result());
      }
    }
  }

  /// Adds in lanes, of which there are ever fewer: the compiler makes vector instructions of
  /// independent sums, but not of a single one.
  private static double between(
      float[] a, float[] b, int length, float[] lanes, float[] otherLanes) {
    int count = length / 4;
    square(a, b, count, lanes);
    float[] from = lanes;
    float[] to = otherLanes;
    while (count > LAST_LANES) {
      count /= 4;
      fold(from, count, to);
      float[] folded = to;
      to = from;
      from = folded;
    }
    return sum(from, count);
  }

  private static void square(float[] a, float[] b, int count, float[] lanes) {
    int second = count;
    int third = 2 * count;
    int fourth = 3 * count;
    for (int i = 0; i < count; i++) {
      float d0 = a[i] - b[i];
      float d1 = a[i + second] - b[i + second];
      float d2 = a[i + third] - b[i + third];
      float d3 = a[i + fourth] - b[i + fourth];
      lanes[i] = (d0 * d0 + d1 * d1) + (d2 * d2 + d3 * d3);
    }
  }

  private static void fold(float[] from, int count, float[] to) {
    for (int i = 0; i < count; i++) {
      to[i] = (from[i] + from[i + count]) + (from[i + 2 * count] + from[i + 3 * count]);
    }
  }

  private static double sum(float[] lanes, int count) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    for (int i = 0; i < count; i += 4) {
      sum0 += lanes[i];
      sum1 += lanes[i + 1];
      sum2 += lanes[i + 2];
      sum3 += lanes[i + 3];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }
}
