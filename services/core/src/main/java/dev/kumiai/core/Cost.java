package dev.kumiai.core;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// What work has cost.
///
/// @param seconds time it took
/// @param calls calls of services that somebody else runs
/// @param money what these calls cost; null where nobody said
/// @param currency of the money, as of ISO 4217; null without money
/// @param joules energy; null where it cannot be read
public record Cost(
    double seconds,
    long calls,
    @Nullable BigDecimal money,
    @Nullable String currency,
    @Nullable Double joules) {

  /// Nothing.
  public static final Cost NONE = new Cost(0, 0, null, null, null);

  public Cost {
    if (!(seconds >= 0) || calls < 0 || (joules != null && !(joules >= 0))) {
      throw new KumiaiException.Invalid("cost-invalid", "a cost is not below 0");
    }
    if ((money == null) != (currency == null)) {
      throw new KumiaiException.Invalid("cost-invalid", "money has a currency");
    }
  }

  /// Both together. What one of them does not know counts nothing, so the sum is a lower bound
  /// then.
  ///
  /// @throws KumiaiException.Invalid `cost-invalid` for money of two currencies
  public Cost plus(Cost other) {
    if (currency != null && other.currency != null && !currency.equals(other.currency)) {
      throw new KumiaiException.Invalid(
          "cost-invalid",
          "money in %s and in %s cannot be added: let all services be metered in one currency"
              .formatted(currency, other.currency));
    }
    return new Cost(
        seconds + other.seconds,
        calls + other.calls,
        money == null ? other.money : other.money == null ? money : money.add(other.money),
        currency == null ? other.currency : currency,
        sum(joules, other.joules));
  }

  private static @Nullable Double sum(@Nullable Double left, @Nullable Double right) {
    return left == null ? right : right == null ? left : Double.valueOf(left + right);
  }
}
