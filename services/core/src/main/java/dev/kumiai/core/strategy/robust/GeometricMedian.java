package dev.kumiai.core.strategy.robust;

import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Counters;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.SquaredDistances;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.strategy.WeightedSum;

/// The point with the least sum of distances from all updates, RFA: `w = argmin_v sum_k p_k ||v -
/// w_k||`, approached by the smoothed Weiszfeld iteration `v <- sum_k b_k w_k / sum_k b_k` with
/// `b_k = p_k / max(nu, ||v - w_k||)` (Pillutla et al. 2019, arXiv 1912.13445).
///
/// Withstands wrong updates with fewer than half of the examples. It starts at the global model,
/// where an update that is far off hardly counts from the first iteration on; the paper leaves the
/// start open. Each iteration is a pass over all updates. Where nu is at least every distance it is
/// FedAvg, bit by bit. Elements of int64 tensors get their median, rounded to nearest, ties to
/// even.
///
/// @param iterations 4 by default, as in the authors' program
/// @param smoothing nu; the paper's 1e-6 by default
public record GeometricMedian(int iterations, double smoothing) implements Strategy {

  public static final GeometricMedian DEFAULT = new GeometricMedian(4, 1e-6);

  public GeometricMedian {
    Parameters.atLeast(1, "GeometricMedian", "iterations", iterations);
    Parameters.positive("GeometricMedian", "smoothing", smoothing);
  }

  @Override
  public Compatibility compatibility() {
    return Compatibility.plain(true);
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    double[] squares = SquaredDistances.ofChanges(updates, passes);
    WeightedSum point = weighted(updates, squares);
    for (int i = 1; i < iterations; i++) {
      point = weighted(updates, SquaredDistances.fromPoint(updates, passes, point::sum));
    }
    return point;
  }

  private WeightedSum weighted(Updates updates, double[] squares) {
    double[] shares = new double[squares.length];
    double all = 0;
    for (int i = 0; i < shares.length; i++) {
      double nearness = smoothing / Math.max(smoothing, Math.sqrt(squares[i])); // at most 1
      shares[i] = (double) updates.list().get(i).examples() * nearness;
      all += shares[i];
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= all;
    }
    return WeightedSum.of(shares, Counters::median);
  }
}
