package dev.kumiai.core.strategy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.TensorSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Applies a strategy to stored updates, slab by slab: threads compute slabs, the caller's thread
/// writes them in order. No model is ever in memory, neither an update nor the result; the memory
/// it needs depends on the number of threads alone, and for strategies that compare updates on that
/// of updates. Each element is computed by one thread from all updates in their order, so that the
/// result has the same bits for any number of threads.
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
  /// @throws KumiaiException.Invalid a code of [Compatibility#require], or one of the strategy's
  /// @throws KumiaiException.Cancelled when `progress` says so or the thread is interrupted
  public void run(Updates updates, SafetensorsWriter model, Progress progress) throws IOException {
    run(updates, Map.of(), model, progress);
  }

  /// Aggregates.
  ///
  /// @param states by the names of [Strategy#states]
  /// @param model started with [Updates#specs]; the caller finishes it, and the states' files
  /// @throws KumiaiException.Invalid a code of [Compatibility#require], or one of the strategy's
  /// @throws KumiaiException.Cancelled when `progress` says so or the thread is interrupted
  public void run(
      Updates updates, Map<String, ServerState> states, SafetensorsWriter model, Progress progress)
      throws IOException {
    strategy.compatibility().require(updates);
    List<Remembered> remembered = remembered(states, updates);
    double all = updates.specs().stream().mapToDouble(TensorSpec::elements).sum();
    long[] written = new long[1];
    try (Pipeline pipeline = new Pipeline(threads)) {
      Strategy.Combination combination =
          strategy.prepare(updates, new Passes(pipeline, updates, remembered, progress));
      Pipeline.Sink<Slab, IOException> output =
          (slab, piece) -> {
            slab.write(model, remembered, piece);
            written[0] += piece.length();
            progress.report(written[0] / all, "aggregate");
          };
      pipeline.run(
          model.specs(),
          () -> new Slab(updates, remembered),
          (slab, piece) -> slab.compute(combination, piece),
          output);
    }
  }

  private List<Remembered> remembered(Map<String, ServerState> states, Updates updates) {
    List<Remembered> ordered = new ArrayList<>();
    for (String name : strategy.states()) {
      ServerState state = states.get(name);
      if (state == null) {
        throw new IllegalArgumentException("state '" + name + "' of the strategy is missing");
      }
      if (state.before() != null) {
        TensorSpec.requireSame(updates.stateSpecs(), state.before().specs());
      }
      ordered.add(new Remembered(state, strategy.initial(name)));
    }
    return ordered;
  }
}
