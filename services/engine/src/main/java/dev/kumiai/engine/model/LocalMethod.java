package dev.kumiai.engine.model;

import dev.kumiai.core.strategy.site.SiteHalf;
import dev.kumiai.core.tensor.ModelWeights;
import org.jspecify.annotations.Nullable;

/// What a strategy asks of the training at one site, and what it goes on from.
///
/// @param half which method, with its parameters
/// @param remembered what [TrainingResult#remembered] was after the round of this site's newest
///   update that counted; null before its first
/// @param control the server's control variate, for SCAFFOLD; null is 0, as before the first round
public record LocalMethod(
    SiteHalf half, @Nullable ModelWeights remembered, @Nullable ModelWeights control) {

  /// Plain training.
  public static final LocalMethod PLAIN = new LocalMethod(new SiteHalf.Plain(), null, null);

  /// How it acts on this training.
  ///
  /// @param reference makes the network again, with other weights
  LocalRule rule(LoadedNetwork network, ModelWeights global, LocalRule.Reference reference) {
    return switch (half) {
      case SiteHalf.Plain _ -> LocalRule.PLAIN;
      case SiteHalf.Scaffold _ -> new Scaffold(network, global, remembered, control);
      case SiteHalf.FedDyn feddyn -> new FedDyn(feddyn.alpha(), network, global, remembered);
      case SiteHalf.Moon moon -> new Moon(moon, global, remembered, reference);
      case SiteHalf.FedDecorr decorr -> new FedDecorr(decorr.beta());
      case SiteHalf.FedSam sam -> new FedSam(sam.rho(), network);
    };
  }
}
