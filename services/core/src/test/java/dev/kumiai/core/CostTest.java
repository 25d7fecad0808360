package dev.kumiai.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class CostTest {

  private static final Cost PAID = new Cost(2, 3, new BigDecimal("0.10"), "EUR", null);

  @Test
  void costsAddUpAsFarAsTheyAreKnown() {
    Cost measured = new Cost(0.5, 0, null, null, 40.0);

    assertThat(PAID.plus(measured).plus(PAID))
        .isEqualTo(new Cost(4.5, 6, new BigDecimal("0.20"), "EUR", 40.0));
    assertThat(Cost.NONE.plus(PAID)).isEqualTo(PAID);
  }

  @Test
  void moneyOfTwoCurrenciesIsNotAdded() {
    Cost dollars = new Cost(0, 1, BigDecimal.ONE, "USD", null);

    assertThatThrownBy(() -> PAID.plus(dollars))
        .hasMessageContaining("EUR")
        .hasMessageContaining("USD");
    assertThatThrownBy(() -> new Cost(0, 1, BigDecimal.ONE, null, null))
        .hasMessageContaining("currency");
    assertThatThrownBy(() -> new Cost(Double.NaN, 1, null, null, null))
        .hasMessageContaining("not below 0");
  }
}
