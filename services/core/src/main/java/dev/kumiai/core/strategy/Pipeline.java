package dev.kumiai.core.strategy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.TensorSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// Cuts tensors into pieces, lets threads work on them and hands the results to the caller's thread
/// in the order of the pieces. The cut depends on the tensors alone, not on the number of threads.
final class Pipeline implements AutoCloseable {

  /// The most elements of a piece. Large enough that handing one to a thread costs nothing.
  static final int PIECE = 1 << 17;

  private final int threads;
  private final ExecutorService pool;

  Pipeline(int threads) {
    this.threads = threads;
    this.pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("aggregation-", 0).factory());
  }

  /// Consecutive elements of one tensor.
  record Piece(TensorSpec tensor, long from, int length) {}

  /// What a thread does with a piece, in the arrays of a desk.
  interface Work<D> {
    void compute(D desk, Piece piece);
  }

  /// What the caller's thread does with a computed piece.
  interface Sink<D, E extends Exception> {
    void take(D desk, Piece piece) throws E;
  }

  private record Computing<D>(D desk, Piece piece, Future<?> done) {}

  /// Works on all elements of these tensors.
  ///
  /// @param desks makes what a thread works in; each is used again and again
  /// @throws KumiaiException.Cancelled when the thread is interrupted
  <D, E extends Exception> void run(
      List<TensorSpec> tensors, Supplier<D> desks, Work<D> work, Sink<D, E> sink) throws E {
    int most = 2 * threads + 1; // one computed and one waiting per thread, one with the sink
    Deque<D> free = new ArrayDeque<>();
    Deque<Computing<D>> inFlight = new ArrayDeque<>();
    for (TensorSpec tensor : tensors) {
      for (long from = 0; from < tensor.elements(); from += PIECE) {
        Piece piece = new Piece(tensor, from, (int) Math.min(PIECE, tensor.elements() - from));
        if (inFlight.size() == most) {
          free.add(finish(inFlight.remove(), sink));
        }
        D desk = free.isEmpty() ? desks.get() : free.remove();
        Future<?> done = pool.submit(() -> work.compute(desk, piece));
        inFlight.add(new Computing<>(desk, piece, done));
      }
    }
    while (!inFlight.isEmpty()) {
      finish(inFlight.remove(), sink);
    }
  }

  private static <D, E extends Exception> D finish(Computing<D> computing, Sink<D, E> sink)
      throws E {
    try {
      computing.done.get();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new KumiaiException.Cancelled("the aggregation was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
    sink.take(computing.desk, computing.piece);
    return computing.desk;
  }

  @Override
  public void close() {
    pool.shutdownNow();
    pool.close();
  }
}
