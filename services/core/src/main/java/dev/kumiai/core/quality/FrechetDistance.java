package dev.kumiai.core.quality;

/// How far two sets are apart when each is taken for a Gaussian in the space of an embedding.
///
/// `d = |m1 - m2|^2 + tr S1 + tr S2 - 2 tr (S1 S2)^(1/2)`, with the means `m [d]` and the unbiased
/// covariances `S [d, d]` of the sets (Heusel et al. 2017, arXiv 1706.08500, who embed with
/// Inception; the number means nothing without the name of the embedding). It has the unit of the
/// squared embedding and is 0 for equal means and covariances.
///
/// The root is not taken of `S1 S2`, which is singular as soon as there are fewer samples than
/// dimensions and loses half of all digits when it is near to that. With any factors `S =
/// transposed(F) F`, the trace of the root is the sum of the singular values of `F1
/// transposed(F2)`. F are the centred samples over `sqrt(n - 1)` themselves where n is at most d,
/// and else the triangle of their QR decomposition: exact for any n >= 2, nothing is added to the
/// diagonal, no imaginary part is cut off.
///
/// With few samples the covariances are poorly known and the distance is too large on average: by
/// how much depends on n, so only sets of the same sizes can be compared. [KernelDistance] has no
/// such bias.
public final class FrechetDistance {

  /// Samples that a covariance takes.
  static final int LEAST = 2;

  private FrechetDistance() {}

  /// The distance of two sets.
  ///
  /// @param one `[n1, d]`, n1 at least 2
  /// @param other `[n2, d]`, n2 at least 2
  public static double between(Embeddings one, Embeddings other) {
    one.requireSameSpace(other);
    one.requireAtLeast(LEAST, "the Fréchet distance");
    other.requireAtLeast(LEAST, "the Fréchet distance");
    double[] mean = mean(one);
    double[] otherMean = mean(other);
    double distance = 0;
    for (int i = 0; i < mean.length; i++) {
      distance += (mean[i] - otherMean[i]) * (mean[i] - otherMean[i]);
    }
    Matrix centred = centred(one, mean);
    Matrix otherCentred = centred(other, otherMean);
    distance += trace(centred) + trace(otherCentred);
    distance -= 2 * factor(centred).timesTransposed(factor(otherCentred)).nuclearNorm();
    return Math.max(0, distance);
  }

  private static double[] mean(Embeddings set) {
    double[] mean = new double[set.dimensions()];
    for (int i = 0; i < set.count(); i++) {
      for (int c = 0; c < mean.length; c++) {
        mean[c] += set.value(i, c);
      }
    }
    for (int c = 0; c < mean.length; c++) {
      mean[c] /= set.count();
    }
    return mean;
  }

  /// `[n, d]`: the samples without their mean over `sqrt(n - 1)`.
  private static Matrix centred(Embeddings set, double[] mean) {
    Matrix centred = Matrix.zero(set.count(), mean.length);
    double scale = 1 / Math.sqrt(set.count() - 1.0);
    for (int c = 0; c < mean.length; c++) {
      for (int r = 0; r < set.count(); r++) {
        centred.columns()[c][r] = (set.value(r, c) - mean[c]) * scale;
      }
    }
    return centred;
  }

  /// Of the covariance: the sum of all squares.
  private static double trace(Matrix centred) {
    double sum = 0;
    for (double[] column : centred.columns()) {
      for (double value : column) {
        sum += value * value;
      }
    }
    return sum;
  }

  private static Matrix factor(Matrix centred) {
    return centred.rows() <= centred.columns().length ? centred : centred.triangle();
  }
}
