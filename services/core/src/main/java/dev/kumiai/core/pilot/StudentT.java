package dev.kumiai.core.pilot;

/// Student's t distribution, whose quantiles make the intervals of means over few seeds.
///
/// `P(T <= t) = 1 - I_x(v/2, 1/2) / 2` for `t >= 0`, `x = v/(v + t^2)`, with v degrees of freedom
/// and the regularised incomplete beta function I, computed by its continued fraction (Abramowitz
/// and Stegun 1964, 26.7.1 and 26.5.8; evaluated as by Lentz 1976). Agrees with SciPy to 1e-12
/// relative.
public final class StudentT {

  private static final double TINY = 1e-300;
  private static final double PRECISION = 1e-16;
  private static final int MOST_TERMS = 100_000;

  /// Of Lanczos's approximation of the logarithm of gamma, for g = 607/128 (Godfrey 2001).
  private static final double[] LANCZOS = {
    0.9999999999999971,
    57.15623566586292,
    -59.59796035547549,
    14.136097974741746,
    -0.4919138160976202,
    3.399464998481189e-05,
    4.652362892704858e-05,
    -9.837447530487956e-05,
    0.0001580887032249125,
    -0.00021026444172410488,
    0.00021743961811521265,
    -0.0001643181065367639,
    8.441822398385275e-05,
    -2.6190838401581408e-05,
    3.6899182659531625e-06
  };

  private static final double LANCZOS_G = 607.0 / 128;

  private StudentT() {}

  /// The probability of a value of at most `t`.
  ///
  /// @param degrees of freedom, at least 1
  public static double cumulative(double t, int degrees) {
    requireDegrees(degrees);
    double tail = upperTail(Math.abs(t), degrees);
    return t > 0 ? 1 - tail : tail;
  }

  /// The value that is not exceeded with a probability.
  ///
  /// @param probability above 0 and below 1
  /// @param degrees of freedom, at least 1
  public static double quantile(double probability, int degrees) {
    requireDegrees(degrees);
    if (!(probability > 0 && probability < 1)) {
      throw new IllegalArgumentException("a probability is above 0 and below 1: " + probability);
    }
    double tail = Math.min(probability, 1 - probability);
    double low = 0;
    double high = 1;
    while (upperTail(high, degrees) > tail) {
      low = high;
      high *= 2;
    }
    // The tail falls strictly, so halving ends at neighbouring numbers.
    double middle = (low + high) / 2;
    while (low < middle && middle < high) {
      if (upperTail(middle, degrees) > tail) {
        low = middle;
      } else {
        high = middle;
      }
      middle = (low + high) / 2;
    }
    return probability < 0.5 ? -middle : middle;
  }

  private static void requireDegrees(int degrees) {
    if (degrees < 1) {
      throw new IllegalArgumentException("at least 1 degree of freedom, not " + degrees);
    }
  }

  /// The probability of a value above `t`, which is at least 0.
  private static double upperTail(double t, int degrees) {
    double a = degrees / 2.0;
    double square = t * t;
    double x = degrees / (degrees + square);
    double rest = square / (degrees + square);
    // The fraction converges fast on one side of the mean only; the other is its mirror.
    boolean mirrored = x >= (a + 1) / (a + 0.5 + 2);
    double beta = mirrored ? 1 - beta(rest, x, 0.5, a) : beta(x, rest, a, 0.5);
    return beta / 2;
  }

  /// I_x(a, b) for an x below the mean; `rest` is 1 - x, given apart because it may be tiny.
  private static double beta(double x, double rest, double a, double b) {
    if (x == 0) {
      return 0;
    }
    double front =
        Math.exp(
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(rest));
    return front * fraction(x, a, b) / a;
  }

  private static double fraction(double x, double a, double b) {
    double c = 1;
    double d = 1 / notZero(1 - (a + b) * x / (a + 1));
    double value = d;
    for (int m = 1; m < MOST_TERMS; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / notZero(1 + even * d);
      c = notZero(1 + even / c);
      value *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / notZero(1 + odd * d);
      c = notZero(1 + odd / c);
      double step = d * c;
      value *= step;
      if (Math.abs(step - 1) <= PRECISION) {
        return value;
      }
    }
    return value;
  }

  private static double notZero(double value) {
    return Math.abs(value) < TINY ? TINY : value;
  }

  private static double logGamma(double x) {
    double sum = LANCZOS[0];
    for (int i = 1; i < LANCZOS.length; i++) {
      sum += LANCZOS[i] / (x + i);
    }
    double shifted = x + LANCZOS_G + 0.5;
    return (x + 0.5) * Math.log(shifted) - shifted + Math.log(Math.sqrt(2 * Math.PI) * sum / x);
  }
}
