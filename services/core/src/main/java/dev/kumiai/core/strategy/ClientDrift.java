package dev.kumiai.core.strategy;

import dev.kumiai.core.Progress;
import java.util.Arrays;
import java.util.List;

/// How far the sites of a round pull apart: the mean distance of their changes from the mean
/// change, relative to the length of that,
///
/// `drift = (1/n) sum_k |D_k - M| / |M|`, `M = (1/n) sum_k D_k`, `D_k = w_k - w`,
///
/// over all floating-point elements. 0 where all sites want the same; the less their data have in
/// common, the larger. The quantity is the gradient dissimilarity of Karimireddy et al. 2019 (arXiv
/// 1910.06378, assumption A1), taken of whole rounds and in units of the step. Each site counts
/// alike, whatever its examples: drift is about sites.
public final class ClientDrift {

  private ClientDrift() {}

  /// Passes over all updates twice, on one thread, from their mapped files.
  ///
  /// @return infinite where the changes cancel out wholly and yet are not nothing; 0 where they are
  public static double of(Updates updates) {
    double[] shares = updates.equalShares();
    double[] distances;
    double step;
    try (Pipeline pipeline = new Pipeline(1)) {
      Passes passes = new Passes(pipeline, updates, List.of(), Progress.SILENT);
      WeightedSum mean = WeightedSum.of(shares, _ -> 0);
      distances = SquaredDistances.fromPoint(updates, passes, mean::sum);
      step = Math.sqrt(passes.sum(1, (block, sums) -> sums[0] += stepSquared(block, mean))[0]);
    }
    double apart = Arrays.stream(distances).map(Math::sqrt).average().orElseThrow();
    return apart == 0 ? 0 : apart / step;
  }

  private static double stepSquared(Block block, WeightedSum mean) {
    double[] point = mean.sum(block);
    block.readGlobal(block.floats());
    return SquaredDistances.between(point, block.floats(), block.length());
  }
}
