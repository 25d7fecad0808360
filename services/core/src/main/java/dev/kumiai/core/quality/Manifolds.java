package dev.kumiai.core.quality;

/// How two sets lie in each other, in the space of an embedding. The manifold of a set is the union
/// of balls around its samples x, each reaching to the kth nearest other sample: `B(x)`. With real
/// samples x_i (N) and generated samples y_j (M):
///
/// - precision: share of y that lie in any `B(x)`; recall: share of x that lie in any `B(y)`
///   (Kynkäänniemi et al. 2019, arXiv 1904.06991, who take k = 3);
/// - density: `1/(k M) sum_j #{i: y_j in B(x_i)}`, which one outlier among the real samples does
///   not raise as it does precision, and which can be above 1; coverage: share of `B(x)` with any y
///   in it (Naeem et al. 2020, arXiv 2002.09797, who take k = 5).
///
/// A ball has its surface, as in the first paper; the second leaves it out, which differs only for
/// ties.
public final class Manifolds {

  public static final int PRECISION_NEIGHBOUR = 3;
  public static final int DENSITY_NEIGHBOUR = 5;

  private Manifolds() {}

  /// Shares of samples that lie in the other set.
  ///
  /// @param precision how much of what was generated looks real, 0 to 1
  /// @param recall how much of what is real could have been generated, 0 to 1
  public record PrecisionRecall(double precision, double recall) {}

  /// How densely, and how widely, the generated set fills the real one.
  ///
  /// @param density how deep what was generated lies among what is real, from 0; about 1 for the
  ///   same distribution
  /// @param coverage how much of what is real has something generated near it, 0 to 1
  public record DensityCoverage(double density, double coverage) {}

  /// Precision and recall.
  ///
  /// @param real `[N, d]`, N above k
  /// @param generated `[M, d]`, M above k
  public static PrecisionRecall precisionRecall(Embeddings real, Embeddings generated, int k) {
    requireComparable(real, generated, k);
    generated.requireAtLeast(k + 1, "recall");
    return new PrecisionRecall(
        shareWithin(generated, real, Neighbours.kthDistances(real, k)),
        shareWithin(real, generated, Neighbours.kthDistances(generated, k)));
  }

  /// Density and coverage.
  ///
  /// @param real `[N, d]`, N above k
  /// @param generated `[M, d]`, M at least 1
  public static DensityCoverage densityCoverage(Embeddings real, Embeddings generated, int k) {
    requireComparable(real, generated, k);
    double[] radii = Neighbours.kthDistances(real, k);
    long inside = 0;
    int covered = 0;
    for (int i = 0; i < real.count(); i++) {
      int before = 0;
      for (int j = 0; j < generated.count(); j++) {
        if (isWithin(generated, j, real, i, radii[i])) {
          before++;
        }
      }
      inside += before;
      covered += before > 0 ? 1 : 0;
    }
    return new DensityCoverage(
        (double) inside / k / generated.count(), (double) covered / real.count());
  }

  private static double shareWithin(Embeddings points, Embeddings centres, double[] radii) {
    int inside = 0;
    for (int j = 0; j < points.count(); j++) {
      for (int i = 0; i < centres.count(); i++) {
        if (isWithin(points, j, centres, i, radii[i])) {
          inside++;
          break;
        }
      }
    }
    return (double) inside / points.count();
  }

  private static boolean isWithin(
      Embeddings points, int point, Embeddings centres, int centre, double radius) {
    return Math.sqrt(centres.squaredDistance(centre, points, point)) <= radius;
  }

  private static void requireComparable(Embeddings real, Embeddings generated, int k) {
    real.requireSameSpace(generated);
    real.requireAtLeast(k + 1, "a manifold of " + k + " neighbours");
    generated.requireAtLeast(1, "a manifold of " + k + " neighbours");
  }
}
