package dev.kumiai.aggregation.run;

import dev.kumiai.core.strategy.Compatibility.Need;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.strategy.site.SiteHalf;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The strategy that a run chose. What its spec leaves open about it is filled in when the run is
/// created, so that a run goes on as it began whatever defaults a later release has.
public final class ChosenStrategy {

  /// FedNova's name for the momentum of the sites.
  static final String SITE_MOMENTUM = "siteMomentum";

  /// q-FedAvg's name for the learning rate of the sites.
  static final String SITE_LEARNING_RATE = "siteLearningRate";

  private ChosenStrategy() {}

  /// The strategy of a run that was created.
  public static Strategy of(RunSpec spec) {
    return of(spec.strategy());
  }

  /// What the strategy of a run that was created changes at the sites.
  public static SiteHalf siteHalf(RunSpec spec) {
    return spec.strategy().name().kind().siteHalf(spec.strategy().parameters());
  }

  /// The tensors that an update has: those of the model, and what the strategy has sites add.
  ///
  /// @param model those of the global model
  public static List<TensorSpec> updateSpecs(RunSpec spec, List<TensorSpec> model) {
    if (!of(spec).compatibility().needs().contains(Need.CONTROL_VARIATES)) {
      return model;
    }
    return Stream.concat(model.stream(), Updates.controlSpecs(model).stream()).toList();
  }

  /// The aggregator's half of a strategy.
  ///
  /// @throws dev.kumiai.core.KumiaiException.Invalid `strategy-parameter-unknown` or
  ///   `strategy-parameter-invalid`
  static Strategy of(StrategySpec spec) {
    return spec.name().kind().strategy(spec.parameters());
  }

  /// A strategy with all of its parameters: those that are not given are as the sites' training
  /// says where they tell about it, else as in the papers.
  static StrategySpec complete(StrategySpec spec, TrainingSpec training) {
    Map<String, Double> all = new TreeMap<>(spec.name().kind().defaults());
    all.computeIfPresent(SITE_MOMENTUM, (_, _) -> training.momentum());
    all.computeIfPresent(SITE_LEARNING_RATE, (_, _) -> training.learningRate());
    all.putAll(spec.parameters());
    return spec.withParameters(all);
  }
}
