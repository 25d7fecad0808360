package dev.kumiai.core.quality;

/// A small dense matrix of float64, kept by columns, for what [FrechetDistance] takes. Whoever made
/// it works on its columns in place.
final class Matrix {

  private static final int MOST_SWEEPS = 60;
  private static final double ORTHOGONAL = 1e-15;

  /// A column of a smaller length than this part of the largest is rounding noise.
  private static final double NOISE = 1e-16;

  private final int rows;
  private final double[][] columns;

  private Matrix(int rows, double[][] columns) {
    this.rows = rows;
    this.columns = columns;
  }

  static Matrix zero(int rows, int columns) {
    return new Matrix(rows, new double[columns][rows]);
  }

  int rows() {
    return rows;
  }

  double[][] columns() {
    return columns;
  }

  /// `this * transposed(other)`: `[rows, other.rows]`.
  Matrix timesTransposed(Matrix other) {
    Matrix product = zero(rows, other.rows);
    for (int inner = 0; inner < columns.length; inner++) {
      double[] left = columns[inner];
      for (int c = 0; c < other.rows; c++) {
        double factor = other.columns[inner][c];
        double[] target = product.columns[c];
        for (int r = 0; r < rows; r++) {
          target[r] += left[r] * factor;
        }
      }
    }
    return product;
  }

  /// The upper triangle R of `this = Q R`, `[columns, columns]`, by Householder reflections; this
  /// matrix is used up. It has at least as many rows as columns.
  Matrix triangle() {
    int width = columns.length;
    Matrix triangle = zero(width, width);
    for (int k = 0; k < width; k++) {
      double[] pivot = columns[k];
      double norm = norm(pivot, k);
      double head = pivot[k] > 0 ? -norm : norm;
      for (int r = 0; r < k; r++) {
        triangle.columns[k][r] = pivot[r];
      }
      triangle.columns[k][k] = head;
      if (norm > 0) {
        pivot[k] -= head;
        reflect(pivot, k, width);
      }
    }
    return triangle;
  }

  /// Mirrors all columns after `k` at the plane that `mirror`, from row k on, stands upright on.
  private void reflect(double[] mirror, int k, int width) {
    double squared = 0;
    for (int r = k; r < rows; r++) {
      squared += mirror[r] * mirror[r];
    }
    for (int c = k + 1; c < width; c++) {
      double[] column = columns[c];
      double dot = 0;
      for (int r = k; r < rows; r++) {
        dot += mirror[r] * column[r];
      }
      double scale = 2 * dot / squared;
      for (int r = k; r < rows; r++) {
        column[r] -= scale * mirror[r];
      }
    }
  }

  /// The sum of all singular values (the nuclear norm), by one-sided Jacobi rotations (Hestenes
  /// 1958): columns are turned in pairs until all are orthogonal, and then their lengths are the
  /// singular values, small ones as exact as large ones. This matrix is used up.
  double nuclearNorm() {
    Matrix tall = columns.length <= rows ? this : transposed();
    double largest = 0;
    for (double[] column : tall.columns) {
      largest = Math.max(largest, norm(column, 0));
    }
    boolean turned = true;
    for (int sweep = 0; turned && sweep < MOST_SWEEPS; sweep++) {
      turned = false;
      for (int i = 0; i < tall.columns.length; i++) {
        for (int j = i + 1; j < tall.columns.length; j++) {
          turned |= turn(tall.columns[i], tall.columns[j], NOISE * largest);
        }
      }
    }
    double sum = 0;
    for (double[] column : tall.columns) {
      sum += norm(column, 0);
    }
    return sum;
  }

  /// Makes two columns orthogonal.
  ///
  /// @return whether they were not
  private static boolean turn(double[] a, double[] b, double noise) {
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int r = 0; r < a.length; r++) {
      aa += a[r] * a[r];
      bb += b[r] * b[r];
      ab += a[r] * b[r];
    }
    if (Math.abs(ab) <= ORTHOGONAL * Math.sqrt(aa * bb)
        || aa <= noise * noise
        || bb <= noise * noise) {
      return false;
    }
    double zeta = (bb - aa) / (2 * ab);
    double tangent = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.hypot(1, zeta));
    double cosine = 1 / Math.hypot(1, tangent);
    double sine = cosine * tangent;
    for (int r = 0; r < a.length; r++) {
      double left = a[r];
      a[r] = cosine * left - sine * b[r];
      b[r] = sine * left + cosine * b[r];
    }
    return true;
  }

  private Matrix transposed() {
    Matrix transposed = zero(columns.length, rows);
    for (int c = 0; c < columns.length; c++) {
      for (int r = 0; r < rows; r++) {
        transposed.columns[r][c] = columns[c][r];
      }
    }
    return transposed;
  }

  private static double norm(double[] column, int from) {
    double sum = 0;
    for (int r = from; r < column.length; r++) {
      sum += column[r] * column[r];
    }
    return Math.sqrt(sum);
  }
}
