package dev.kumiai.generation.remote;

import dev.kumiai.core.Cost;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// What one generator has used of its service: requests, and money where there is a price.
final class Meter {

  private final @Nullable Spending spending;
  private final @Nullable String currency;
  private long calls;
  private BigDecimal money = BigDecimal.ZERO;

  private Meter(@Nullable Spending spending, @Nullable String currency) {
    this.spending = spending;
    this.currency = currency;
  }

  static Meter of(Spending spending, String currency) {
    return new Meter(spending, currency);
  }

  /// Of a service that nobody has told the price of.
  static Meter withoutPrice() {
    return new Meter(null, null);
  }

  /// Books images that are going to be asked for.
  synchronized void book(int images) {
    if (spending != null) {
      money = money.add(spending.book(images));
    }
  }

  /// Books images back that cannot have been made.
  synchronized void takeBack(int images) {
    if (spending != null && images > 0) {
      money = money.subtract(spending.takeBack(images));
    }
  }

  synchronized void called() {
    calls++;
  }

  /// What it has come to. The time is the caller's to measure.
  synchronized Cost cost() {
    return new Cost(0, calls, currency == null ? null : money, currency, null);
  }
}
