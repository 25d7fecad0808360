package dev.kumiai.worker;

import dev.kumiai.core.KumiaiException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// The device that the sites of this process share: one of them has it at a time, in the order in
/// which they asked.
///
/// A site takes it before it claims a task, so that no lease runs while a task waits for its turn.
/// All computing happens on one platform thread: libtorch keeps a pool of threads for each thread
/// that calls it.
public final class Device implements AutoCloseable {

  private final Semaphore free = new Semaphore(1, true);
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("device").daemon().factory());

  /// Waits until it is this caller's turn; the turn ends with [Turn#close].
  Turn take() {
    try {
      free.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KumiaiException.Cancelled("stopped while waiting for the device");
    }
    return new Turn();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  /// The right to compute. For one thread.
  final class Turn implements AutoCloseable {

    private Turn() {}

    /// Computes on the device's thread and waits for the end.
    <T> T compute(Callable<T> job) {
      Future<T> result = thread.submit(job);
      try {
        return result.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KumiaiException.Cancelled("stopped while computing");
      } catch (ExecutionException e) {
        throw unwrapped(e.getCause());
      }
    }

    @Override
    public void close() {
      free.release();
    }
  }

  private static RuntimeException unwrapped(@Nullable Throwable cause) {
    return switch (cause) {
      case Error error -> throw error;
      case RuntimeException expected -> expected;
      case null, default -> new IllegalStateException(cause);
    };
  }
}
