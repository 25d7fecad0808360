package dev.kumiai.core.strategy;

import dev.kumiai.core.Progress;
import dev.kumiai.core.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;

/// Looks at all floating-point elements of all updates before anything is combined: norms,
/// distances between updates. Threads add up pieces of a fixed size, and those sums are added in
/// the order of the pieces, so that a total has the same bits for any number of threads.
public final class Passes {

  private final Pipeline pipeline;
  private final Updates updates;
  private final List<Remembered> states;
  private final Progress progress;

  Passes(Pipeline pipeline, Updates updates, List<Remembered> states, Progress progress) {
    this.pipeline = pipeline;
    this.updates = updates;
    this.states = states;
    this.progress = progress;
  }

  /// What a block adds to sums. Called by several threads at once, for different sums.
  @FunctionalInterface
  public interface Addition {
    void add(Block block, double[] sums);
  }

  private static final class Desk {
    private final Block block;
    private final double[] sums;

    Desk(Block block, int count) {
      this.block = block;
      this.sums = new double[count];
    }
  }

  /// Passes over all updates once.
  ///
  /// @param count of sums
  /// @return the sums over all blocks
  public double[] sum(int count, Addition addition) {
    List<TensorSpec> tensors =
        updates.specs().stream().filter(spec -> spec.dtype().isFloating()).toList();
    double all = tensors.stream().mapToDouble(TensorSpec::elements).sum();
    double[] totals = new double[count];
    double[] done = new double[1];
    pipeline.run(
        tensors,
        () -> new Desk(new Block(updates, states), count),
        (desk, piece) -> {
          Arrays.fill(desk.sums, 0);
          desk.block.forEach(piece, (block, _) -> addition.add(block, desk.sums));
        },
        (desk, piece) -> {
          for (int i = 0; i < count; i++) {
            totals[i] += desk.sums[i];
          }
          done[0] += piece.length();
          progress.report(done[0] / all, "prepare");
        });
    return totals;
  }
}
