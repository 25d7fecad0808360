package dev.kumiai.core.quality;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How a generated set compares with a real one. What too few samples cannot tell is null and named
/// in `tooFew`: no number is better than one that means nothing.
///
/// @param real real samples that there are
/// @param generated generated samples that there are
/// @param frechet [FrechetDistance]
/// @param kernel [KernelDistance]
/// @param precisionRecall [Manifolds], of the third neighbour
/// @param densityCoverage [Manifolds], of the fifth neighbour
/// @param closestRecord [ClosestRecord]
/// @param trainRealTestReal share of held out real samples that a classifier recognises which was
///   trained on real ones: what the two below are to be compared with
/// @param trainSyntheticTestReal share of the real samples that a classifier recognises which was
///   trained on the generated ones (TSTR, Esteban et al. 2017, arXiv 1706.02633)
/// @param trainRealTestSynthetic share of the generated samples that a classifier recognises which
///   was trained on real ones (TRTS); near 1 whatever they look like when the same classifier has
///   filtered them
/// @param tooFew measure -> why there is none
public record SetMeasures(
    int real,
    int generated,
    @Nullable Double frechet,
    @Nullable KernelDistance kernel,
    Manifolds.@Nullable PrecisionRecall precisionRecall,
    Manifolds.@Nullable DensityCoverage densityCoverage,
    @Nullable ClosestRecord closestRecord,
    @Nullable Double trainRealTestReal,
    @Nullable Double trainSyntheticTestReal,
    @Nullable Double trainRealTestSynthetic,
    SortedMap<String, String> tooFew) {

  /// Below, a covariance says more about the sample than about the set.
  public static final int LEAST_FOR_FRECHET = 50;

  /// Below, there are no two blocks of ten to tell an error by.
  public static final int LEAST_FOR_KERNEL = 20;

  /// Below, one sample is more than a twentieth of every share.
  public static final int LEAST_FOR_MANIFOLDS = 20;

  public static final int LEAST_FOR_CLOSEST_RECORD = 10;

  public SetMeasures {
    tooFew = Collections.unmodifiableSortedMap(new TreeMap<>(tooFew));
  }

  /// All measures that take nothing but the embeddings.
  ///
  /// @param real how many real samples there are
  /// @param generated how many generated samples there are
  /// @param some of the real samples, all of them or enough, `[n, d]`, n may be 0
  /// @param made some of the generated samples, `[m, d]`, m may be 0
  public static SetMeasures of(int real, int generated, Embeddings some, Embeddings made) {
    SortedMap<String, String> tooFew = new TreeMap<>();
    int least = Math.min(some.count(), made.count());
    boolean frechet = enough("frechet", least, LEAST_FOR_FRECHET, tooFew);
    boolean kernel = enough("kernel", least, LEAST_FOR_KERNEL, tooFew);
    boolean precision = enough("precisionRecall", least, LEAST_FOR_MANIFOLDS, tooFew);
    boolean density = enough("densityCoverage", least, LEAST_FOR_MANIFOLDS, tooFew);
    boolean closest = enough("closestRecord", least, LEAST_FOR_CLOSEST_RECORD, tooFew);
    return new SetMeasures(
        real,
        generated,
        frechet ? FrechetDistance.between(some, made) : null,
        kernel ? KernelDistance.between(some, made) : null,
        precision ? Manifolds.precisionRecall(some, made, Manifolds.PRECISION_NEIGHBOUR) : null,
        density ? Manifolds.densityCoverage(some, made, Manifolds.DENSITY_NEIGHBOUR) : null,
        closest ? ClosestRecord.of(made, some) : null,
        null,
        null,
        null,
        tooFew);
  }

  /// These with what classifiers tell.
  ///
  /// @param why there is none, for those that are null
  public SetMeasures with(
      @Nullable Double realReal,
      @Nullable Double syntheticReal,
      @Nullable Double realSynthetic,
      String why) {
    SortedMap<String, String> missing = new TreeMap<>(tooFew);
    note("trainRealTestReal", realReal, why, missing);
    note("trainSyntheticTestReal", syntheticReal, why, missing);
    note("trainRealTestSynthetic", realSynthetic, why, missing);
    return new SetMeasures(
        real,
        generated,
        frechet,
        kernel,
        precisionRecall,
        densityCoverage,
        closestRecord,
        realReal,
        syntheticReal,
        realSynthetic,
        missing);
  }

  private static void note(
      String measure, @Nullable Double value, String why, SortedMap<String, String> missing) {
    if (value == null) {
      missing.put(measure, why);
    }
  }

  private static boolean enough(
      String measure, int samples, int least, SortedMap<String, String> tooFew) {
    if (samples < least) {
      tooFew.put(measure, "takes %d real and generated samples".formatted(least));
    }
    return samples >= least;
  }
}
