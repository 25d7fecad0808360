package dev.kumiai.acceptance.cluster;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Waiting for what a cluster does in its own time.
final class Await {

  /// For what takes one start of a JVM and a little work, on a busy machine with two cores.
  static final Duration PATIENCE = Duration.ofMinutes(3);

  /// For a whole run.
  static final Duration LONG = Duration.ofMinutes(10);

  private static final Duration PAUSE = Duration.ofMillis(500);

  private Await() {}

  static void until(String what, BooleanSupplier condition, Supplier<String> otherwise) {
    until(PATIENCE, what, condition, otherwise);
  }

  static void until(
      Duration patience, String what, BooleanSupplier condition, Supplier<String> otherwise) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "not within %s: %s%n%s".formatted(patience, what, otherwise.get()));
      }
      pause();
    }
  }

  /// The first value that is as wanted.
  static <T> T value(
      Duration patience,
      String what,
      Supplier<T> look,
      Predicate<T> wanted,
      Supplier<String> otherwise) {
    long deadline = System.nanoTime() + patience.toNanos();
    T seen = look.get();
    while (!wanted.test(seen)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "not within %s: %s, but %s%n%s".formatted(patience, what, seen, otherwise.get()));
      }
      pause();
      seen = look.get();
    }
    return seen;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
