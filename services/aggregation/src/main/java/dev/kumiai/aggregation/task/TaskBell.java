package dev.kumiai.aggregation.task;

import dev.kumiai.core.SiteId;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Wakes the long polls of a site when there is something for it. A waiting request costs a parked
/// virtual thread, and nothing turns in circles.
@Singleton
class TaskBell {

  private final Map<SiteId, Bell> bells = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  /// Counts rings, so that one between looking for work and waiting is not missed.
  private static final class Bell {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rang = lock.newCondition();
    private long rings;

    long rings() {
      lock.lock();
      try {
        return rings;
      } finally {
        lock.unlock();
      }
    }

    void ring() {
      lock.lock();
      try {
        rings++;
        rang.signalAll();
      } finally {
        lock.unlock();
      }
    }

    long await(long heard, long nanos) throws InterruptedException {
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

  void onWork(@Observes(during = TransactionPhase.AFTER_SUCCESS) WorkAppeared work) {
    work.sites().forEach(this::ring);
  }

  /// The process is about to end. A poll that went on waiting would keep it from that.
  void onStop(@Observes ShutdownDelayInitiatedEvent event) {
    stopping = true;
    bells.values().forEach(Bell::ring);
  }

  void ring(SiteId site) {
    bell(site).ring();
  }

  /// How often the site's bell rang; take it before looking for work.
  long rings(SiteId site) {
    return bell(site).rings();
  }

  /// Parks until the bell has rung more than `heard` times or the time is over.
  ///
  /// @return nanoseconds left; 0 or less when the time is over
  long await(SiteId site, long heard, long nanos) throws InterruptedException {
    return stopping ? 0 : bell(site).await(heard, nanos);
  }

  private Bell bell(SiteId site) {
    return bells.computeIfAbsent(site, _ -> new Bell());
  }
}
