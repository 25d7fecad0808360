package dev.kumiai.aggregation.event;

import dev.kumiai.aggregation.Bell;
import dev.kumiai.aggregation.ledger.Recorded;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Singleton;

/// Wakes those who wait for events. It rings in the process in which something happened, so who
/// waits has to look from time to time, too.
@Singleton
public class EventBell {

  private final Bell bell = new Bell();

  void onRecorded(@Observes(during = TransactionPhase.AFTER_SUCCESS) Recorded entry) {
    bell.ring();
  }

  /// Wakes all.
  void ring() {
    bell.ring();
  }

  /// How often it rang; take it before looking for events.
  public long rings() {
    return bell.rings();
  }

  /// Parks until it has rung more than `heard` times or the time is over.
  public void await(long heard, long nanos) throws InterruptedException {
    bell.await(heard, nanos);
  }
}
