package dev.kumiai.engine.generator;

import dev.kumiai.core.RunSeed;
import java.util.random.RandomGenerator;

/// The order in which the real samples of a [Guidance] are taken, by every generator: shuffled anew
/// each time all of them were taken. So whoever asked for a sample can tell which real one it began
/// with.
public final class SampleOrder {

  private final RunSeed seed;
  private final String scope;
  private final int[] order;
  private int pass = -1;

  /// @param seed of the request
  /// @param scope the class
  /// @param samples how many real samples there are, at least 1
  public SampleOrder(RunSeed seed, String scope, int samples) {
    this.seed = seed;
    this.scope = scope;
    this.order = new int[samples];
  }

  /// Index of the real sample that sample `index` starts from.
  public int at(int index) {
    if (pass != index / order.length) {
      pass = index / order.length;
      shuffle(seed.generator("samples", pass, scope));
    }
    return order[index % order.length];
  }

  private void shuffle(RandomGenerator random) {
    for (int i = 0; i < order.length; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
  }
}
