package dev.kumiai.core.strategy.server;

import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Compatibility.Timing;
import dev.kumiai.core.strategy.Counters;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Update;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.strategy.WeightedSum;
import java.util.Set;

/// A step along the buffered changes, the staler the less: `w <- w + eta (1/K) sum_k (w_k - b_k) /
/// sqrt(1 + s_k)` for K updates in the buffer, each trained from the model `b_k` that was the
/// global one `s_k` versions ago (Nguyen et al. 2021, arXiv 2106.06639).
///
/// A site may have several updates in the buffer. Examples do not count, as in the paper. With a
/// rate of 1 and nothing stale it is the plain mean, which is FedAvg of equal examples, bit by bit.
/// Elements of int64 tensors are averaged alike, exactly and rounded to nearest, ties to even,
/// however stale.
///
/// @param learningRate eta; 1 by default: the paper tunes it for each task
public record FedBuff(double learningRate) implements Strategy {

  public static final FedBuff DEFAULT = new FedBuff(1);

  public FedBuff {
    Parameters.positive("FedBuff", "learningRate", learningRate);
  }

  @Override
  public Compatibility compatibility() {
    return new Compatibility(Set.of(), Timing.ASYNCHRONOUS, false, false, 1);
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    double[] shares = updates.equalShares();
    double[] baseShares = new double[shares.length];
    double globalShare = 0; // 1 less the shares of fresh updates, exactly 0 where they are all
    for (int i = 0; i < shares.length; i++) {
      Update update = updates.list().get(i);
      double equal = shares[i];
      shares[i] = equal * learningRate / Math.sqrt(1 + (double) update.staleness());
      if (update.base() == null) {
        globalShare += equal - shares[i];
      } else {
        globalShare += equal;
        baseShares[i] = shares[i];
      }
    }
    return WeightedSum.of(shares, globalShare, values -> Counters.trimmedMean(values, 0))
        .minusBases(baseShares);
  }
}
