package dev.kumiai.aggregation.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BucketsTest {

  private final AtomicLong nanos = new AtomicLong();
  private final Buckets buckets = new Buckets(2, 3, nanos::get);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void givesWhatItHoldsAtOnceAndThenAtItsRate() {
    for (int i = 0; i < 3; i++) {
      assertThat(buckets.take("a")).isZero();
    }

    assertThat(buckets.take("a")).isEqualTo(Duration.ofMillis(500));
    pass(Duration.ofMillis(499));
    assertThat(buckets.take("a")).isEqualTo(Duration.ofMillis(1));
    pass(Duration.ofMillis(1));
    assertThat(buckets.take("a")).isZero();
    assertThat(buckets.take("a")).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void oneCallersHasteIsNotAnothersLoss() {
    for (int i = 0; i < 10; i++) {
      buckets.take("a");
    }

    assertThat(buckets.take("b")).isZero();
  }

  @Test
  void looksWithoutTaking() {
    for (int i = 0; i < 10; i++) {
      assertThat(buckets.look("a")).isZero();
    }
    assertThat(buckets.take("a")).isZero();
  }

  @Test
  void neverHoldsMoreThanItsSize() {
    buckets.take("a");
    pass(Duration.ofDays(1));

    for (int i = 0; i < 3; i++) {
      assertThat(buckets.take("a")).isZero();
    }
    assertThat(buckets.take("a")).isPositive();
  }
}
