package dev.kumiai.aggregation.task;

import dev.kumiai.aggregation.Bell;
import dev.kumiai.core.SiteId;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Wakes the long polls of a site when there is something for it. A waiting request costs a parked
/// virtual thread, and nothing turns in circles.
@Singleton
class TaskBell {

  private final Map<SiteId, Bell> bells = new ConcurrentHashMap<>();
  private volatile boolean stopping;

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
  /// @param most nanoseconds after which it returns in any case
  /// @return nanoseconds left; 0 or less when the time is over
  long await(SiteId site, long heard, long nanos, long most) throws InterruptedException {
    if (stopping) {
      return 0;
    }
    long now = Math.min(nanos, most);
    return nanos - now + bell(site).await(heard, now);
  }

  private Bell bell(SiteId site) {
    return bells.computeIfAbsent(site, _ -> new Bell());
  }
}
