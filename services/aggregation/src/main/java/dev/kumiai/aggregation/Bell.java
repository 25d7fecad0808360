package dev.kumiai.aggregation;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Wakes those who wait for something to happen in this process. Counts its rings, so that one
/// between looking and waiting is not missed.
public final class Bell {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition rang = lock.newCondition();
  private long rings;

  /// How often it rang; take it before looking.
  public long rings() {
    lock.lock();
    try {
      return rings;
    } finally {
      lock.unlock();
    }
  }

  /// Wakes all.
  public void ring() {
    lock.lock();
    try {
      rings++;
      rang.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Parks until it has rung more than `heard` times or the time is over.
  ///
  /// @return nanoseconds left; 0 or less when the time is over
  public long await(long heard, long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (rings == heard && left > 0) {
        left = rang.awaitNanos(left);
      }
      return left;
    } finally {
      lock.unlock();
    }
  }
}
