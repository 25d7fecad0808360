package dev.kumiai.core.quality;

import java.util.Arrays;

/// Distances to the nearest of some points, by trying all: exact, and quick enough for the sets of
/// one site.
public final class Neighbours {

  private Neighbours() {}

  /// A point and how far it is.
  ///
  /// @param index of the point; -1 when there is none
  /// @param distance Euclidean; infinite when there is none
  public record Nearest(int index, double distance) {}

  /// The nearest of `points` to sample `index` of `from`; the first of equally near ones.
  public static Nearest nearest(Embeddings from, int index, Embeddings points) {
    from.requireSameSpace(points);
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < points.count(); i++) {
      double distance = from.squaredDistance(index, points, i);
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return new Nearest(best, Math.sqrt(least));
  }

  /// For each point its distance to the kth nearest of the others, the first being 1.
  ///
  /// @param k below the number of points
  /// @return `[n]`
  public static double[] kthDistances(Embeddings points, int k) {
    int count = points.count();
    if (k < 1 || k >= count) {
      throw new IllegalArgumentException("no neighbour " + k + " among " + count + " points");
    }
    double[] distances = new double[count];
    double[] row = new double[count - 1];
    for (int i = 0; i < count; i++) {
      int next = 0;
      for (int j = 0; j < count; j++) {
        if (j != i) {
          row[next++] = points.squaredDistance(i, points, j);
        }
      }
      Arrays.sort(row);
      distances[i] = Math.sqrt(row[k - 1]);
    }
    return distances;
  }

  /// The median; of an even number of values the mean of the two in the middle.
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
