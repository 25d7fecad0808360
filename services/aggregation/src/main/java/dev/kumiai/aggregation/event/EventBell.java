package dev.kumiai.aggregation.event;

import jakarta.inject.Singleton;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Wakes those who wait for events. It rings in the process in which something happened, so who
/// waits has to look from time to time, too.
@Singleton
public class EventBell {

  private static final Object KEY = new Object();

  private final TransactionSynchronizationRegistry transactions;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition rang = lock.newCondition();
  private long rings;

  EventBell(TransactionSynchronizationRegistry transactions) {
    this.transactions = transactions;
  }

  /// Wakes all when the present transaction is committed. Entries of the ledger are written just
  /// before that, when it is too late for an observer of its success.
  void ringAfterCommit() {
    if (transactions.getResource(KEY) == null) {
      transactions.putResource(KEY, KEY);
      transactions.registerInterposedSynchronization(
          new Synchronization() {
            @Override
            public void beforeCompletion() {}

            @Override
            public void afterCompletion(int status) {
              if (status == Status.STATUS_COMMITTED) {
                ring();
              }
            }
          });
    }
  }

  /// Wakes all.
  void ring() {
    lock.lock();
    try {
      rings++;
      rang.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// How often it rang; take it before looking for events.
  public long rings() {
    lock.lock();
    try {
      return rings;
    } finally {
      lock.unlock();
    }
  }

  /// Parks until it has rung more than `heard` times or the time is over.
  public void await(long heard, long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (rings == heard && left > 0) {
        left = rang.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
