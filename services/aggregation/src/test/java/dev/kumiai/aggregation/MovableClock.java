package dev.kumiai.aggregation;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/// Real time plus what a test lets pass.
@Alternative
@Priority(1)
@Singleton
public class MovableClock extends Clock {

  private volatile Duration passed = Duration.ZERO;

  public void pass(Duration more) {
    passed = passed.plus(more);
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(passed).truncatedTo(ChronoUnit.MICROS);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
