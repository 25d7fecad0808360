package dev.kumiai.generation.remote;

import java.time.Duration;

/// Spreads requests evenly: one goes at the earliest a spacing after the one before, and none while
/// the service wants to be left alone. For many threads, which go in the order in which they ask.
///
/// A rate limiter that refuses what comes too early would only make its callers ask again.
final class Pacer {

  private final long spacingNanos;
  private long next = System.nanoTime();
  private long quietUntil = next;

  Pacer(Duration spacing) {
    this.spacingNanos = spacing.toNanos();
  }

  /// Returns when the caller may send one request.
  void await() throws InterruptedException {
    long wait = take();
    while (wait > 0) {
      Thread.sleep(Duration.ofNanos(wait));
      // Meanwhile the service may have asked for quiet: then all line up anew behind it.
      wait = isQuiet() ? take() : 0;
    }
  }

  private synchronized long take() {
    long now = System.nanoTime();
    long turn = now - next > 0 ? now : next;
    next = turn + spacingNanos;
    return turn - now;
  }

  private synchronized boolean isQuiet() {
    return quietUntil - System.nanoTime() > 0;
  }

  /// Nobody sends anything for so long.
  synchronized void pause(Duration quiet) {
    long until = System.nanoTime() + quiet.toNanos();
    quietUntil = until - quietUntil > 0 ? until : quietUntil;
    next = until - next > 0 ? until : next;
  }
}
