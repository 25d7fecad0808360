package dev.kumiai.core.strategy;

import java.util.function.Function;

/// Squared Euclidean distances over all floating-point elements of a model, summed in double
/// precision.
public final class SquaredDistances {

  private SquaredDistances() {}

  /// The squared distance of each update from a point.
  ///
  /// @param point its elements in a block, which may lie in [Block#doubles]
  public static double[] fromPoint(
      Updates updates, Passes passes, Function<Block, double[]> point) {
    return passes.sum(
        updates.size(),
        (block, sums) -> {
          double[] centre = point.apply(block);
          for (int update = 0; update < sums.length; update++) {
            block.readUpdate(update, block.floats());
            sums[update] += between(centre, block.floats(), block.length());
          }
        });
  }

  /// The squared norm of the change `D_k` of each update.
  public static double[] ofChanges(Updates updates, Passes passes) {
    return fromPoint(updates, passes, SquaredDistances::global);
  }

  /// The elements of the global model, in [Block#doubles].
  public static double[] global(Block block) {
    block.readGlobal(block.floats());
    double[] global = block.doubles();
    for (int i = 0; i < block.length(); i++) {
      global[i] = block.floats()[i];
    }
    return global;
  }

  /// Four sums at once, because one would have the processor wait for each addition.
  public static double between(double[] a, float[] b, int length) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int i = 0;
    for (; i + 3 < length; i += 4) {
      double d0 = a[i] - b[i];
      double d1 = a[i + 1] - b[i + 1];
      double d2 = a[i + 2] - b[i + 2];
      double d3 = a[i + 3] - b[i + 3];
      sum0 += d0 * d0;
      sum1 += d1 * d1;
      sum2 += d2 * d2;
      sum3 += d3 * d3;
    }
    for (; i < length; i++) {
      double d = a[i] - b[i];
      sum0 += d * d;
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }
}
