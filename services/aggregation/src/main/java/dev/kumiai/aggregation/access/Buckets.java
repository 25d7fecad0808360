package dev.kumiai.aggregation.access;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// A token bucket per caller: each fills at a steady rate up to its size, and what is asked takes
/// one out.
///
/// Full buckets are as good as none and are dropped, so memory follows the callers of the last
/// seconds.
public final class Buckets {

  private static final double NANOS = 1e9;
  private static final int SWEEP_ABOVE = 4096;

  private final double perNano;
  private final double size;
  private final LongSupplier nanoTime;
  private final ConcurrentHashMap<String, Level> levels = new ConcurrentHashMap<>();

  /// @param left tokens at that time
  private record Level(double left, long nanos) {}

  /// @param size tokens of a full bucket, at least 1
  /// @param nanoTime as [System#nanoTime]
  public Buckets(double perSecond, double size, LongSupplier nanoTime) {
    this.perNano = perSecond / NANOS;
    this.size = Math.max(1, size);
    this.nanoTime = nanoTime;
  }

  /// Takes one.
  ///
  /// @return zero, or how long it takes until there is one again; then none was taken
  public Duration take(String caller) {
    long now = nanoTime.getAsLong();
    if (levels.size() > SWEEP_ABOVE) {
      levels.values().removeIf(level -> filled(level, now) >= size);
    }
    double[] before = new double[1];
    levels.compute(
        caller,
        (_, level) -> {
          before[0] = level == null ? size : filled(level, now);
          return new Level(before[0] >= 1 ? before[0] - 1 : before[0], now);
        });
    return wait(before[0]);
  }

  /// How long it takes until there is one, without taking it.
  public Duration look(String caller) {
    Level level = levels.get(caller);
    return level == null ? Duration.ZERO : wait(filled(level, nanoTime.getAsLong()));
  }

  private Duration wait(double left) {
    return left >= 1 ? Duration.ZERO : Duration.ofNanos((long) Math.ceil((1 - left) / perNano));
  }

  private double filled(Level level, long now) {
    return Math.min(size, level.left() + (now - level.nanos()) * perNano);
  }
}
