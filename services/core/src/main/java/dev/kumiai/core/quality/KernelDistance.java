package dev.kumiai.core.quality;

import org.jspecify.annotations.Nullable;

/// How far two sets are apart by the means of all polynomials up to the third degree in the space
/// of an embedding; without bias, however few samples there are (KID, Binkowski et al. 2018, arXiv
/// 1801.01401).
///
/// `MMD^2 = mean k(x, x') + mean k(y, y') - 2 mean k(x, y)`, `k(a, b) = (a.b / d + 1)^3`, the first
/// two means over pairs of different samples. It is 0 on average for two sets of one distribution,
/// so it may be negative. Binkowski et al. give mean and deviation over random subsets, which
/// overlap and whose deviation is no error of the mean. Here the value is that of all samples, and
/// its error comes from disjoint blocks.
///
/// @param value MMD^2
/// @param standardError `s / sqrt(b)` with the deviation s of the MMD^2 of b disjoint blocks, the
///   i-th block being the samples i, i + b, i + 2b ... of both sets; b is 10, or less so that a
///   block has [#LEAST_IN_BLOCK] samples of each set. It is the error of the blocks' mean, which is
///   at least that of the value. Null where there are not even two blocks
public record KernelDistance(double value, @Nullable Double standardError) {

  /// Samples that a pair takes.
  static final int LEAST = 2;

  static final int LEAST_IN_BLOCK = 10;
  private static final int MOST_BLOCKS = 10;

  /// The distance of two sets.
  ///
  /// @param one `[n1, d]`, n1 at least 2
  /// @param other `[n2, d]`, n2 at least 2
  public static KernelDistance between(Embeddings one, Embeddings other) {
    one.requireSameSpace(other);
    one.requireAtLeast(LEAST, "the kernel distance");
    other.requireAtLeast(LEAST, "the kernel distance");
    double value = squaredDiscrepancy(one, other);
    int blocks = Math.min(MOST_BLOCKS, Math.min(one.count(), other.count()) / LEAST_IN_BLOCK);
    return new KernelDistance(value, blocks < 2 ? null : error(one, other, blocks));
  }

  private static double error(Embeddings one, Embeddings other, int blocks) {
    double[] values = new double[blocks];
    double mean = 0;
    for (int block = 0; block < blocks; block++) {
      values[block] = squaredDiscrepancy(block(one, block, blocks), block(other, block, blocks));
      mean += values[block] / blocks;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (blocks - 1) / blocks);
  }

  private static Embeddings block(Embeddings set, int block, int blocks) {
    int size = (set.count() - block - 1) / blocks + 1;
    int[] indices = new int[size];
    for (int i = 0; i < size; i++) {
      indices[i] = block + i * blocks;
    }
    return set.select(indices);
  }

  private static double squaredDiscrepancy(Embeddings one, Embeddings other) {
    double across = 0;
    for (int i = 0; i < one.count(); i++) {
      for (int j = 0; j < other.count(); j++) {
        across += kernel(one, i, other, j);
      }
    }
    return within(one) + within(other) - 2 * across / one.count() / other.count();
  }

  /// Mean kernel of all pairs of different samples.
  private static double within(Embeddings set) {
    double sum = 0;
    for (int i = 0; i < set.count(); i++) {
      for (int j = 0; j < i; j++) {
        sum += kernel(set, i, set, j);
      }
    }
    return 2 * sum / set.count() / (set.count() - 1);
  }

  private static double kernel(Embeddings one, int i, Embeddings other, int j) {
    double base = one.dot(i, other, j) / one.dimensions() + 1;
    return base * base * base;
  }
}
