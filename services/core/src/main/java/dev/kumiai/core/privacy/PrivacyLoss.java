package dev.kumiai.core.privacy;

import dev.kumiai.core.KumiaiException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// What was spent of a site's privacy. Losses add up, whatever order they come in and whatever is
/// asked because of earlier answers.
///
/// @param epsilon of pure differential privacy, at least 0
/// @param rho of zero-concentrated differential privacy (Bun and Steinke 2016, arXiv 1605.02065),
///   at least 0
public record PrivacyLoss(double epsilon, double rho) {

  public static final PrivacyLoss NONE = new PrivacyLoss(0, 0);

  private static final int DIGITS = 12;

  public PrivacyLoss {
    if (!(epsilon >= 0 && rho >= 0 && epsilon + rho < Double.POSITIVE_INFINITY)) {
      throw new KumiaiException.Invalid(
          "privacy-parameter-invalid",
          "a privacy loss is a finite number from 0 on, not epsilon %s and rho %s"
              .formatted(epsilon, rho));
    }
  }

  public PrivacyLoss plus(PrivacyLoss other) {
    return new PrivacyLoss(epsilon + other.epsilon, rho + other.rho);
  }

  /// The epsilon of (epsilon, delta)-differential privacy that both together are: `epsilon + rho +
  /// 2 sqrt(rho log(1/delta))` (proposition 1.3 of the paper; tighter conversions exist, and this
  /// one errs on the side of privacy).
  ///
  /// @param delta between 0 and 1; does not matter where rho is 0
  public double epsilonAt(double delta) {
    return rho == 0 ? epsilon : epsilon + rho + 2 * Math.sqrt(rho * -Math.log(requireDelta(delta)));
  }

  /// The largest rho whose [#epsilonAt] is not above `epsilon`, rounded down to 12 digits:
  /// `(sqrt(log(1/delta) + epsilon) - sqrt(log(1/delta)))^2`.
  public static Rational rho(Rational epsilon, double delta) {
    double log = -Math.log(requireDelta(delta));
    double all = epsilon.toDouble();
    // The difference of the roots, without the digits that cancel.
    double root = all / (Math.sqrt(log + all) + Math.sqrt(log));
    return Rational.of(
        BigDecimal.valueOf(root * root).round(new MathContext(DIGITS, RoundingMode.DOWN)));
  }

  private static double requireDelta(double delta) {
    if (!(delta > 0 && delta < 1)) {
      throw new KumiaiException.Invalid(
          "privacy-parameter-invalid", "delta is between 0 and 1, not " + delta);
    }
    return delta;
  }
}
