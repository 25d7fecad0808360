package dev.kumiai.core.strategy.server;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Compatibility.Need;
import dev.kumiai.core.strategy.Counters;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.SquaredDistances;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Update;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.strategy.WeightedSum;

/// A fairer mean: the worse the received model is at a site, the more its update counts: `w <- w +
/// sum_k F_k^q D_k / sum_k (F_k^q + q F_k^(q-1) L ||D_k||^2)` (Li et al. 2019, arXiv 1905.10497,
/// its q-FedAvg with numerator and denominator divided by L).
///
/// `F_k` is the loss of the received model over the data of site k, plus 1e-10 as in the authors'
/// program. L is one over the learning rate of the sites, the paper's estimate. The paper draws
/// sites by their examples and then treats them alike; here examples do not count. With q of 0 it
/// is the plain mean, which is FedAvg of equal examples, bit by bit. Elements of int64 tensors are
/// averaged alike, exactly and rounded to nearest, ties to even.
///
/// @param q how much fairness; 1 by default, as in the paper's synthetic task; 0 is none
/// @param siteLearningRate of the sites' optimiser; 0.1 where a run does not say what its sites do
public record QFedAvg(double q, double siteLearningRate) implements Strategy {

  public static final QFedAvg DEFAULT = new QFedAvg(1, 0.1);

  private static final double LEAST_LOSS = 1e-10;

  public QFedAvg {
    Parameters.notNegative("QFedAvg", "q", q);
    Parameters.positive("QFedAvg", "siteLearningRate", siteLearningRate);
  }

  @Override
  public Compatibility compatibility() {
    return Compatibility.plain(false).needing(Need.INITIAL_LOSS);
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    double[] shares = updates.list().stream().mapToDouble(QFedAvg::loss).toArray();
    double[] squares = SquaredDistances.ofChanges(updates, passes);
    double sum = 0;
    double curvatures = 0;
    for (int i = 0; i < shares.length; i++) {
      curvatures += q * Math.pow(shares[i], q - 1) * squares[i] / siteLearningRate;
      shares[i] = Math.pow(shares[i], q);
      sum += shares[i];
    }
    double all = sum + curvatures;
    if (!Double.isFinite(all) || all == 0) {
      throw new KumiaiException.Invalid(
          "update-loss-invalid",
          "losses to the power of %s are too large or too small: choose a smaller q".formatted(q));
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= all;
    }
    return WeightedSum.of(shares, curvatures / all, values -> Counters.trimmedMean(values, 0));
  }

  private static double loss(Update update) {
    double loss = update.requireInitialLoss();
    if (loss < 0) {
      throw new KumiaiException.Invalid(
          "update-loss-invalid",
          "the loss %s of site %s is negative: q-FedAvg needs losses of at least 0"
              .formatted(loss, update.site()));
    }
    return loss + LEAST_LOSS;
  }
}
