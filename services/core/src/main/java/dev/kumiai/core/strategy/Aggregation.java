package dev.kumiai.core.strategy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.TensorSpec;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Applies a strategy to stored updates, slab by slab: threads compute slabs, the caller's thread
/// writes them in order. No model is ever in memory, neither an update nor the result; the memory
/// it needs depends on the number of threads alone. Each element is computed by one thread from all
/// updates in their order, so that the result has the same bits for any number of threads.
public final class Aggregation {

  private final Strategy strategy;
  private final int threads;

  /// A way to aggregate.
  ///
  /// @param threads that compute, at least 1
  public Aggregation(Strategy strategy, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("at least 1 thread, not " + threads);
    }
    this.strategy = strategy;
    this.threads = threads;
  }

  /// Aggregates with a strategy that remembers nothing.
  ///
  /// @param model started with [Updates#specs]; the caller finishes it
  /// @throws KumiaiException.Cancelled when `progress` says so or the thread is interrupted
  public void run(Updates updates, SafetensorsWriter model, Progress progress) throws IOException {
    run(updates, Map.of(), model, progress);
  }

  /// Aggregates.
  ///
  /// @param states by the names of [Strategy#states]
  /// @param model started with [Updates#specs]; the caller finishes it, and the states' files
  /// @throws KumiaiException.Cancelled when `progress` says so or the thread is interrupted
  public void run(
      Updates updates, Map<String, ServerState> states, SafetensorsWriter model, Progress progress)
      throws IOException {
    List<ServerState> ordered = ordered(states, updates);
    Strategy.Combination combination = strategy.prepare(updates);
    Deque<Slab> free = new ArrayDeque<>();
    for (int i = 0;
        i < 2 * threads + 1;
        i++) { // one computed and one waiting per thread, one written
      free.add(new Slab(updates, ordered));
    }
    Output output = new Output(model, ordered, updates, progress);
    Deque<Future<Slab>> inFlight = new ArrayDeque<>();
    try (ExecutorService pool = pool()) {
      for (TensorSpec spec : model.specs()) {
        for (long from = 0; from < spec.elements(); from += Slab.CAPACITY) {
          Slab slab = free.isEmpty() ? output.write(inFlight.remove()) : free.remove();
          slab.aim(spec, from);
          inFlight.add(pool.submit(() -> slab.compute(combination)));
        }
      }
      while (!inFlight.isEmpty()) {
        output.write(inFlight.remove());
      }
    }
  }

  private List<ServerState> ordered(Map<String, ServerState> states, Updates updates) {
    List<ServerState> ordered = new ArrayList<>();
    for (String name : strategy.states()) {
      ServerState state = states.get(name);
      if (state == null) {
        throw new IllegalArgumentException("state '" + name + "' of the strategy is missing");
      }
      if (state.before() != null) {
        TensorSpec.requireSame(updates.stateSpecs(), state.before().specs());
      }
      ordered.add(state);
    }
    return ordered;
  }

  private ExecutorService pool() {
    return Executors.newFixedThreadPool(
        threads, Thread.ofPlatform().daemon().name("aggregation-", 0).factory());
  }

  /// Where slabs go, in order.
  private static final class Output {
    private final SafetensorsWriter model;
    private final List<ServerState> states;
    private final Progress progress;
    private final double allElements;
    private long written;

    Output(SafetensorsWriter model, List<ServerState> states, Updates updates, Progress progress) {
      this.model = model;
      this.states = states;
      this.progress = progress;
      this.allElements = updates.specs().stream().mapToDouble(TensorSpec::elements).sum();
    }

    /// Waits for a slab, writes it and gives it back.
    Slab write(Future<Slab> computed) throws IOException {
      Slab slab = get(computed);
      slab.write(model, states);
      written += slab.length();
      progress.report(written / allElements, "aggregate");
      return slab;
    }

    private static Slab get(Future<Slab> computed) {
      try {
        return computed.get();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new KumiaiException.Cancelled("the aggregation was interrupted");
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw new IllegalStateException(e.getCause());
      }
    }
  }
}
