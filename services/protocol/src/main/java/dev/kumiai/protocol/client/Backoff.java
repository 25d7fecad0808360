package dev.kumiai.protocol.client;

import dev.kumiai.core.KumiaiException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before the next try: doubled with every failure up to a bound, and the upper
/// half of it random, so that sites which lost an aggregator together do not come back together.
///
/// @param first wait after the first failure
/// @param most no wait is longer
public record Backoff(Duration first, Duration most) {

  private static final int MOST_DOUBLINGS = 30;

  public Backoff {
    if (first.isNegative() || first.isZero() || most.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "a backoff grows from above 0, not " + first + ".." + most);
    }
  }

  /// Wait after `failures` failures in a row, at least 1.
  public Duration after(int failures, RandomGenerator random) {
    long bound =
        Math.min(
            most.toNanos(),
            first.multipliedBy(1L << Math.clamp(failures - 1, 0, MOST_DOUBLINGS)).toNanos());
    return Duration.ofNanos(bound - random.nextLong(bound / 2 + 1));
  }

  /// Sleeps that long.
  ///
  /// @throws KumiaiException.Cancelled when the thread is interrupted meanwhile; it stays
  ///   interrupted
  public void sleep(int failures, RandomGenerator random) {
    try {
      Thread.sleep(after(failures, random));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KumiaiException.Cancelled("stopped while waiting to try again");
    }
  }
}
