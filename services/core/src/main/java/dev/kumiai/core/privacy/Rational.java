package dev.kumiai.core.privacy;

import dev.kumiai.core.KumiaiException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/// An exact number above 0: noise that is to be exact cannot start from a rounded parameter.
///
/// @param numerator above 0, without a common divisor with the denominator
/// @param denominator above 0
public record Rational(BigInteger numerator, BigInteger denominator) {

  public Rational {
    if (numerator.signum() <= 0 || denominator.signum() <= 0) {
      throw new KumiaiException.Invalid(
          "privacy-parameter-invalid",
          "a privacy parameter is above 0, not %s/%s".formatted(numerator, denominator));
    }
    BigInteger common = numerator.gcd(denominator);
    numerator = numerator.divide(common);
    denominator = denominator.divide(common);
  }

  /// `numerator / denominator`.
  public static Rational of(long numerator, long denominator) {
    return new Rational(BigInteger.valueOf(numerator), BigInteger.valueOf(denominator));
  }

  /// Exactly the decimal number, such as `0.1`, which no double is.
  public static Rational of(BigDecimal value) {
    BigDecimal whole = value.scale() < 0 ? value.setScale(0) : value;
    return new Rational(whole.unscaledValue(), BigInteger.TEN.pow(whole.scale()));
  }

  Rational inverse() {
    return new Rational(denominator, numerator);
  }

  Rational times(Rational other) {
    return new Rational(
        numerator.multiply(other.numerator), denominator.multiply(other.denominator));
  }

  /// The largest whole number that is not above this.
  BigInteger floor() {
    return numerator.divide(denominator);
  }

  /// Nearly this number.
  public double toDouble() {
    return new BigDecimal(numerator)
        .divide(new BigDecimal(denominator), MathContext.DECIMAL64)
        .doubleValue();
  }

  @Override
  public String toString() {
    return numerator + "/" + denominator;
  }
}
