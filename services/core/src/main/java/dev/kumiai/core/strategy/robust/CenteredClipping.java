package dev.kumiai.core.strategy.robust;

import dev.kumiai.core.strategy.Block;
import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Counters;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.SquaredDistances;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.strategy.WeightedSum;
import java.util.List;

/// The mean of changes cut down to a length around the change of the round before: `v <- v + (1/n)
/// sum_k (D_k - v) min(1, tau / ||D_k - v||)`, a few times, then `w <- w + v` (Karimireddy et al.
/// 2020, arXiv 2012.10333).
///
/// One round moves v by no more than tau times its iterations; over rounds v follows the right
/// updates. The paper clips the momenta of the sites' optimisers; here it is their changes, of
/// which the state `center` keeps v as float32. Examples do not count. Where nothing is longer than
/// tau it is the plain mean, which is FedAvg of equal examples, bit by bit. Norms are over all
/// floating-point tensors; elements of int64 tensors get their median, rounded to nearest, ties to
/// even.
///
/// @param radius tau; the paper's 10 by default: it has to fit the model
/// @param iterations the paper's 1 by default; each is a pass over all updates
public record CenteredClipping(double radius, int iterations) implements Strategy {

  public static final CenteredClipping DEFAULT = new CenteredClipping(10, 1);

  public CenteredClipping {
    Parameters.positive("CenteredClipping", "radius", radius);
    Parameters.atLeast(1, "CenteredClipping", "iterations", iterations);
  }

  @Override
  public Compatibility compatibility() {
    return Compatibility.plain(false).remembering();
  }

  @Override
  public List<String> states() {
    return List.of("center");
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    Point point = new Point(1, new double[updates.size()]);
    for (int i = 0; i < iterations; i++) {
      point = next(point, SquaredDistances.fromPoint(updates, passes, point::elements));
    }
    return point;
  }

  private Point next(Point point, double[] squares) {
    int n = squares.length;
    double[] moves = new double[n];
    double rest = 0; // 1 less all moves, exactly 0 where nothing is clipped
    for (int i = 0; i < n; i++) {
      double factor = Clip.factor(radius, squares[i]);
      moves[i] = factor / n;
      rest += (1 - factor) / n;
    }
    double[] shares = new double[n];
    for (int i = 0; i < n; i++) {
      shares[i] = rest * point.shares[i] + moves[i];
    }
    return new Point(rest * point.centerShare, shares);
  }

  /// The model `w + v`, which is always of the form `a (w + c) + sum_k b_k w_k` with the center c
  /// of the round before and `a + sum_k b_k = 1`.
  private static final class Point implements Combination {
    private final double centerShare;
    private final double[] shares;
    private final WeightedSum sum;

    Point(double centerShare, double[] shares) {
      this.centerShare = centerShare;
      this.shares = shares;
      this.sum = WeightedSum.of(shares, centerShare, Counters::median);
    }

    double[] elements(Block block) {
      double[] elements = sum.sum(block);
      if (centerShare != 0) {
        block.readState(0, block.floats());
        WeightedSum.addScaled(centerShare, block.floats(), elements, block.length());
      }
      return elements;
    }

    @Override
    public void combine(Block block) {
      double[] next = elements(block);
      WeightedSum.round(next, block.result(), block.length());
      block.readGlobal(block.floats());
      subtract(next, block.floats(), block.stateResult(0), block.length());
    }

    private static void subtract(double[] a, float[] b, float[] into, int length) {
      for (int i = 0; i < length; i++) {
        into[i] = (float) (a[i] - b[i]);
      }
    }

    @Override
    public long combine(long[] values) {
      return sum.combine(values);
    }
  }
}
