package dev.kumiai.aggregation.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumTest {

  @ParameterizedTest
  @CsvSource({
    "1.0, 5, 5",
    "0.5, 5, 3",
    "0.6, 5, 3",
    "0.7, 10, 7",
    "0.1, 3, 1",
    "0.0001, 3, 1",
    "0.999, 1000, 999",
    "0.9991, 1000, 1000"
  })
  void isTheShareRoundedUpAndAtLeastOne(double share, int sites, int needed) {
    assertThat(Quorum.of(share, sites)).isEqualTo(needed);
  }
}
