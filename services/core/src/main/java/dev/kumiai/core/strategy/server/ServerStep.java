package dev.kumiai.core.strategy.server;

import dev.kumiai.core.strategy.Block;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.WeightedSum;

/// A step from the global model that follows from the mean of the updates and from the states.
///
/// @param states how many there are
record ServerStep(WeightedSum mean, int states, Rule rule) implements Strategy.Combination {

  /// Computes one block.
  @FunctionalInterface
  interface Rule {

    /// Fills the next model and changes the states in place.
    ///
    /// @param mean of the updates, not rounded; free to change
    /// @param states before the step, and after it
    void step(double[] mean, float[] global, float[][] states, float[] next, int length);
  }

  @Override
  public void combine(Block block) {
    double[] sum = mean.sum(block);
    block.readGlobal(block.floats());
    float[][] remembered = new float[states][];
    for (int state = 0; state < states; state++) {
      remembered[state] = block.stateResult(state);
      block.readState(state, remembered[state]);
    }
    rule.step(sum, block.floats(), remembered, block.result(), block.length());
  }

  @Override
  public long combine(long[] values) {
    return mean.combine(values);
  }
}
