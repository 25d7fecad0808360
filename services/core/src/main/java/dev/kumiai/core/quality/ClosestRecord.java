package dev.kumiai.core.quality;

import java.util.Arrays;

/// How near generated samples come to private ones: a diagnostic of copying, and nothing else. It
/// proves nothing about privacy: a set whose every sample is far from all private ones can still
/// tell who was among them, and near ones can be a coincidence (Yao et al. 2025, arXiv 2505.01524).
///
/// Distances are Euclidean in the space of an embedding.
///
/// @param median over the generated samples, of the distance to the nearest private one
/// @param fifthPercentile of the same; linear between the two samples around it
/// @param privateMedian over the private samples, of the distance to the nearest other private one:
///   what is usual among them
public record ClosestRecord(double median, double fifthPercentile, double privateMedian) {

  private static final double FIFTH = 0.05;

  /// Measures all generated samples.
  ///
  /// @param generated `[m, d]`, m at least 1
  /// @param own the private samples, `[n, d]`, n at least 2
  public static ClosestRecord of(Embeddings generated, Embeddings own) {
    generated.requireAtLeast(1, "the closest record");
    own.requireAtLeast(2, "the closest record");
    double[] distances = new double[generated.count()];
    for (int i = 0; i < distances.length; i++) {
      distances[i] = Neighbours.nearest(generated, i, own).distance();
    }
    return new ClosestRecord(
        Neighbours.median(distances),
        quantile(distances, FIFTH),
        Neighbours.median(Neighbours.kthDistances(own, 1)));
  }

  private static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
