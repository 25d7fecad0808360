package dev.kumiai.core.strategy.site;

import dev.kumiai.core.strategy.Parameters;

/// What a strategy changes in the training at the sites. How each computes stands at the class of
/// the engine that does it.
public sealed interface SiteHalf {

  /// Whether it works on features, the input of the network's last linear layer.
  default boolean needsFeatures() {
    return switch (this) {
      case Moon _, FedDecorr _ -> true;
      case Plain _, Scaffold _, FedDyn _, FedSam _ -> false;
    };
  }

  /// Whether a site keeps something from the round of its last update that counted to its next.
  default boolean remembers() {
    return switch (this) {
      case Moon _, Scaffold _, FedDyn _ -> true;
      case Plain _, FedDecorr _, FedSam _ -> false;
    };
  }

  /// Plain training; a proximal term is part of the training itself.
  record Plain() implements SiteHalf {}

  /// A gradient corrected by the difference of the server's and the site's control variate
  /// (Karimireddy et al. 2019, arXiv 1910.06378).
  record Scaffold() implements SiteHalf {}

  /// A regulariser that follows the site's own gradient (Acar et al. 2021, arXiv 2111.04263).
  ///
  /// @param alpha its weight, the same as the server's
  record FedDyn(double alpha) implements SiteHalf {
    public FedDyn {
      Parameters.positive("FedDyn", "alpha", alpha);
    }
  }

  /// A contrastive loss that draws features to those of the global model and away from those of the
  /// site's last one (Li et al. 2021, arXiv 2103.16257).
  ///
  /// @param mu its weight; 0 is none. 1 by default, as in the authors' program; the paper tunes it
  ///   between 0.1 and 10
  /// @param temperature the paper's 0.5 by default
  record Moon(double mu, double temperature) implements SiteHalf {

    public static final Moon DEFAULT = new Moon(1, 0.5);

    public Moon {
      Parameters.notNegative("MOON", "mu", mu);
      Parameters.positive("MOON", "temperature", temperature);
    }
  }

  /// A penalty for features that are correlated (Shi et al. 2022, arXiv 2210.00226).
  ///
  /// @param beta its weight; 0 is none. The paper's 0.1 by default
  record FedDecorr(double beta) implements SiteHalf {

    public static final FedDecorr DEFAULT = new FedDecorr(0.1);

    public FedDecorr {
      Parameters.notNegative("FedDecorr", "beta", beta);
    }
  }

  /// Sharpness-aware minimisation (Qu et al. 2022, arXiv 2206.02618).
  ///
  /// @param rho how far to climb before the gradient is taken; 0 is plain SGD. 0.05 by default,
  ///   that of SAM itself (Foret et al. 2020, arXiv 2010.01412)
  record FedSam(double rho) implements SiteHalf {

    public static final FedSam DEFAULT = new FedSam(0.05);

    public FedSam {
      Parameters.notNegative("FedSAM", "rho", rho);
    }
  }
}
