package dev.kumiai.core.strategy.server;

import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.core.strategy.Compatibility.Need;
import dev.kumiai.core.strategy.Counters;
import dev.kumiai.core.strategy.Parameters;
import dev.kumiai.core.strategy.Passes;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.strategy.WeightedSum;

/// The mean of normalised changes, so that a site that takes more steps does not pull the model
/// towards its own optimum: `w <- w + T sum_k p_k D_k / A_k` with `T = sum_k p_k A_k` (Wang et al.
/// 2020, arXiv 2007.07481).
///
/// `A_k` is what the steps of site k add up to, `||a_k||_1` in the paper: for t steps of SGD it is
/// t, and with momentum rho `(t - rho (1 - rho^t) / (1 - rho)) / (1 - rho)`. As in the authors'
/// program, T takes momentum into account too. Where all sites take the same number of steps it is
/// FedAvg, bit by bit. Elements of int64 tensors are averaged as in FedAvg.
///
/// @param siteMomentum rho, the momentum of the sites' optimiser, below 1; 0, plain SGD, where a
///   run does not say what its sites do
public record FedNova(double siteMomentum) implements Strategy {

  public static final FedNova DEFAULT = new FedNova(0);

  public FedNova {
    Parameters.decay("FedNova", "siteMomentum", siteMomentum);
  }

  @Override
  public Compatibility compatibility() {
    return Compatibility.plain(true).needing(Need.LOCAL_STEPS);
  }

  @Override
  public Combination prepare(Updates updates, Passes passes) {
    double[] shares = updates.shares();
    double[] accumulated =
        updates.list().stream()
            .mapToDouble(update -> accumulated((double) update.requireSteps()))
            .toArray();
    double mean = accumulated[0]; // exact where all are equal
    for (int i = 0; i < shares.length; i++) {
      mean += shares[i] * (accumulated[i] - accumulated[0]);
    }
    double globalShare = 0;
    for (int i = 0; i < shares.length; i++) {
      double normalised = shares[i] * (mean / accumulated[i]);
      globalShare += shares[i] - normalised;
      shares[i] = normalised;
    }
    return WeightedSum.of(shares, globalShare, values -> Counters.mean(values, updates));
  }

  private double accumulated(double steps) {
    if (siteMomentum == 0) {
      return steps;
    }
    double rest = 1 - siteMomentum;
    return (steps - siteMomentum * (1 - Math.pow(siteMomentum, steps)) / rest) / rest;
  }
}
