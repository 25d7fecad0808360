package dev.kumiai.core.quality;

import dev.kumiai.core.KumiaiException;

/// Which filters look at a generated set, and how strict they are. `docs/quality.md` has the reason
/// of each default. Samples that cannot be decoded are dropped under any rules.
///
/// @param constant whether samples without any structure are dropped
/// @param labels whether a classifier of the site judges labels
/// @param minLabelProbability a sample is dropped when the classifier gives its class less, from 0
///   to 1
/// @param duplicates whether samples that repeat an earlier one of the set are dropped
/// @param duplicateDistance root of the mean square difference of two samples, as a share of the
///   range of values, up to which one repeats the other, from 0 to 1
/// @param nearCopies whether samples that are nearly a private one are dropped
/// @param nearCopyRatio a sample is a near copy when its distance to a private one is below this
///   share of what usually separates two private ones, from 0 to 1
public record FilterRules(
    boolean constant,
    boolean labels,
    double minLabelProbability,
    boolean duplicates,
    double duplicateDistance,
    boolean nearCopies,
    double nearCopyRatio) {

  /// A sample whose lightest and darkest values, of 255 and in each channel, are nearer to each
  /// other shows nothing.
  public static final int FLAT_LEVELS = 4;

  /// Two samples that differ by less, as the root of the mean square over all values of 255, are
  /// one picture to the eye.
  public static final double SAME_LEVELS = 2.55;

  /// All filters.
  public static final FilterRules DEFAULT =
      new FilterRules(true, true, 0.05, true, 0.01, true, 0.5);

  /// None but the one that cannot be turned off.
  public static final FilterRules NONE = new FilterRules(false, false, 0, false, 0, false, 0);

  public FilterRules {
    requireShare("minLabelProbability", minLabelProbability);
    requireShare("duplicateDistance", duplicateDistance);
    requireShare("nearCopyRatio", nearCopyRatio);
  }

  private static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new KumiaiException.Invalid(
          "filter-rules-invalid",
          "%s is from 0 to 1, not %s: correct the run's filters".formatted(name, value));
    }
  }
}
