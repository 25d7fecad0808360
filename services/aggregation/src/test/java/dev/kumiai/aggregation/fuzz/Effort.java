package dev.kumiai.aggregation.fuzz;

import dev.kumiai.core.KumiaiException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/// What an input may cost. Processor time, not time by the clock: a busy machine is no hang.
public final class Effort {

  private static final Duration MOST = Duration.ofSeconds(1);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /// Does something with an input.
  @FunctionalInterface
  public interface Work {
    void run() throws Exception;
  }

  private Effort() {}

  /// Fails when an input is not taken, or refused as an input should be, at a reasonable cost.
  public static void bounded(int inputBytes, Work work) throws Exception {
    long before = THREADS.getCurrentThreadCpuTime();
    try {
      work.run();
    } catch (KumiaiException.Invalid refused) {
      requireText(refused);
    }
    long nanos = THREADS.getCurrentThreadCpuTime() - before;
    if (nanos > MOST.toNanos()) {
      throw new AssertionError(
          "%d bytes took %d ms of a processor".formatted(inputBytes, nanos / 1_000_000));
    }
  }

  private static void requireText(KumiaiException.Invalid refused) {
    if (refused.code().isEmpty() || String.valueOf(refused.getMessage()).isEmpty()) {
      throw new AssertionError("refused without a word", refused);
    }
  }
}
