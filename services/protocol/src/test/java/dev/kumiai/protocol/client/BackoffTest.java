package dev.kumiai.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BackoffTest {

  private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));

  @ParameterizedTest
  @CsvSource({"1, 100", "2, 200", "4, 800", "5, 1000", "2000000000, 1000"})
  void doublesUpToItsBoundAndDrawsFromTheUpperHalf(int failures, int bound) {
    Random random = new Random(1);

    for (int i = 0; i < 200; i++) {
      assertThat(backoff.after(failures, random))
          .isBetween(Duration.ofMillis(bound / 2), Duration.ofMillis(bound));
    }
  }
}
