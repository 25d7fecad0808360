package dev.kumiai.generation;

import dev.kumiai.core.KumiaiException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C ends the process while a command works: this tells the work to stop, and gives it the
/// time to leave things in order.
final class Interruption implements AutoCloseable {

  private static final long SECONDS_TO_STOP = 20;

  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "command-stop");
  private volatile boolean wanted;

  Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop() {
    wanted = true;
    try {
      boolean _ = over.await(SECONDS_TO_STOP, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// @throws KumiaiException.Cancelled when the process is to end
  void check() {
    if (wanted) {
      throw new KumiaiException.Cancelled("stopped; the same command goes on from here");
    }
  }

  @Override
  public void close() {
    over.countDown();
    if (!wanted) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException _) {
        // the process is ending at this very moment, and the hook is waiting no more
      }
    }
  }
}
