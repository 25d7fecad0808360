package dev.kumiai.core.pilot;

/// A mean and the interval that holds the true one with some confidence.
///
/// @param count numbers that it is the mean of
/// @param mean their mean
/// @param deviation their standard deviation, as of a sample
/// @param lower end of the interval; minus infinity where one number is all there is
/// @param upper end of the interval; infinity where one number is all there is
/// @param confidence above 0 and below 1
public record Interval(
    int count, double mean, double deviation, double lower, double upper, double confidence) {

  /// Of a summary.
  public static Interval of(Summary summary, double confidence) {
    double half = summary.halfWidth(confidence);
    return new Interval(
        summary.count(),
        summary.mean(),
        summary.deviation(),
        summary.mean() - half,
        summary.mean() + half,
        confidence);
  }

  /// How many pairs would settle on which side of a bound the true mean lies, if it is where it
  /// seems to be and pairs go on to vary as they do: the smallest n from which
  ///
  /// `sqrt(n) |m - bound| / s >= t(1 - (1 - c)/2, n - 1) + t(power, n - 1)`
  ///
  /// holds, which is the usual approximation of the t-test's power (Chow, Shao and Wang 2008, 3.2).
  ///
  /// @param power probability that so many settle it, such as 0.8
  /// @return at least [#count], at most `most`
  public int countToSettle(double bound, double power, int most) {
    int least = Math.max(2, count);
    if (!settles(most, bound, power)) {
      return most;
    }
    // More pairs never settle less, so halving finds the first that do.
    int below = least - 1;
    int enough = Math.max(least, most);
    while (enough - below > 1) {
      int middle = (below + enough) / 2;
      if (settles(middle, bound, power)) {
        enough = middle;
      } else {
        below = middle;
      }
    }
    return enough;
  }

  private boolean settles(int pairs, double bound, double power) {
    double distance = Math.abs(mean - bound);
    double wanted =
        StudentT.quantile(1 - (1 - confidence) / 2, pairs - 1)
            + StudentT.quantile(power, pairs - 1);
    return distance > 0 && Math.sqrt(pairs) * distance >= wanted * deviation;
  }
}
