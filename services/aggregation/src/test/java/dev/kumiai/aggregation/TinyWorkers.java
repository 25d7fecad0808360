package dev.kumiai.aggregation;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.task.ClaimedTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Sites at work until they are closed. As real workers do, they ask again while the aggregator is
/// away, give no answer up before the aggregator has said what it thinks of it, and drop what was
/// refused because the task is another attempt's by now.
final class TinyWorkers implements AutoCloseable {

  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final long PAUSE_NANOS = 20_000_000;

  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  TinyWorkers(TinySite... sites) {
    Stream.of(sites)
        .forEach(site -> threads.add(Thread.ofVirtual().name("site").start(() -> work(site))));
  }

  private void work(TinySite site) {
    while (!closed) {
      try {
        site.tryClaim(WAIT, TaskKind.values()).ifPresent(task -> answer(site, task));
      } catch (KumiaiException.Unavailable _) {
        LockSupport.parkNanos(PAUSE_NANOS);
      } catch (RuntimeException | Error e) {
        failures.add(e);
        return;
      }
    }
  }

  /// Answers a task until the aggregator has taken the answer or refused it.
  void answer(TinySite site, ClaimedTask task) {
    while (!closed) {
      try {
        site.answer(task);
        return;
      } catch (KumiaiException.Unavailable _) {
        LockSupport.parkNanos(PAUSE_NANOS);
      } catch (KumiaiException.Conflict | KumiaiException.Gone _) {
        return;
      }
    }
  }

  /// Fails when a site met anything else than an aggregator that is away.
  void requireWell() {
    failures.forEach(
        failure -> {
          throw new AssertionError("a site failed", failure);
        });
  }

  @Override
  public void close() {
    closed = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    requireWell();
  }
}
