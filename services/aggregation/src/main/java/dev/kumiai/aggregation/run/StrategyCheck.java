package dev.kumiai.aggregation.run;

import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.strategy.Compatibility;
import dev.kumiai.protocol.run.ModelSpec;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.StrategySpec.Name;
import dev.kumiai.protocol.run.TrainingSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/// Whether a strategy's parameters are right, and whether it fits the rest of the spec.
final class StrategyCheck {

  private static final Set<Name> OF_SGD_ALONE = Set.of(Name.SCAFFOLD, Name.FEDNOVA, Name.FEDDYN);

  private static final double HIGHEST_RATE_OF_ADAM = 0.01;

  private StrategyCheck() {}

  /// Finds parameters that are unknown or out of bounds.
  static void parameters(StrategySpec strategy, List<Violation> violations) {
    Map<String, Double> given = new TreeMap<>(strategy.parameters());
    given.values().removeIf(Objects::isNull); // reported as missing already
    strategy
        .name()
        .kind()
        .mistakes(given)
        .forEach(
            (name, what) ->
                violations.add(
                    new Violation("/strategy/parameters/" + FormCheck.escape(name), what)));
  }

  /// Finds a weighting that has no effect. To be called when the parameters are right.
  static void weighting(StrategySpec strategy, List<Violation> violations) {
    if (strategy.weighting() == StrategySpec.Weighting.PRIVATE
        && !ChosenStrategy.of(strategy).compatibility().weighsExamples()) {
      violations.add(
          new Violation(
              "/strategy/weighting",
              "contradicts %s, for which examples do not count: leave it out"
                  .formatted(strategy.name())));
    }
  }

  /// Finds what the sites' training contradicts. To be called when the parameters are right.
  static void training(StrategySpec strategy, TrainingSpec training, List<Violation> violations) {
    if (strategy.name() == Name.FEDPROX && training.proximalMu() == 0) {
      violations.add(
          new Violation(
              "/training/proximalMu",
              "must be above 0 for FEDPROX, whose proximal term it weighs: give it, or choose FEDAVG"));
    }
    if (strategy.name() == Name.FEDNOVA && training.proximalMu() > 0) {
      violations.add(
          new Violation(
              "/training/proximalMu",
              "contradicts FEDNOVA, whose normalisation is that of SGD without a proximal term: leave it out"));
    }
    if (strategy.name() == Name.SCAFFOLD && training.momentum() > 0) {
      violations.add(
          new Violation(
              "/training/momentum",
              "contradicts SCAFFOLD, whose control variates are the mean gradient of SGD without momentum: set it to 0"));
    }
    if ((strategy.name() == Name.SCAFFOLD || strategy.name() == Name.FEDDYN)
        && training.proximalMu() > 0) {
      violations.add(
          new Violation(
              "/training/proximalMu",
              "contradicts %s, which corrects the drift of sites in its own way: leave it out"
                  .formatted(strategy.name())));
    }
    if (strategy.name() == Name.FEDDECORR && training.batchSize() == 1) {
      violations.add(
          new Violation(
              "/training/batchSize",
              "must be at least 2 for FEDDECORR: a single sample has no correlations"));
    }
    Double siteMomentum = strategy.parameters().get(ChosenStrategy.SITE_MOMENTUM);
    if (siteMomentum != null && siteMomentum != training.momentum()) {
      violations.add(
          new Violation(
              "/strategy/parameters/" + ChosenStrategy.SITE_MOMENTUM,
              "contradicts the momentum %s of training, which it has to be: leave it out"
                  .formatted(training.momentum())));
    }
  }

  /// Finds a model that hides what the strategy works on, or that its sites train in a way which
  /// the strategy does not allow for. To be called when the parameters and the model are right.
  static void model(StrategySpec strategy, ModelSpec model, List<Violation> violations) {
    boolean generator = model.architecture() == ModelSpec.Architecture.CLASS_DIFFUSION;
    if ((generator || model.architecture() == ModelSpec.Architecture.TORCHSCRIPT)
        && strategy.name().kind().siteHalf(strategy.parameters()).needsFeatures()) {
      violations.add(
          new Violation(
              "/model/architecture",
              "must be a built-in classifier for %s, which works on the features before the last layer, and %s does not show them"
                  .formatted(strategy.name(), model.architecture())));
    }
    if (generator && OF_SGD_ALONE.contains(strategy.name())) {
      violations.add(
          new Violation(
              "/strategy/name",
              "contradicts CLASS_DIFFUSION: %s counts on steps of SGD at the sites, which train a generator with Adam; choose FEDAVG, say"
                  .formatted(strategy.name())));
    }
  }

  /// Finds a step size that ends a generator. To be called when the model and the training are
  /// right.
  static void generatorTraining(
      ModelSpec model, TrainingSpec training, List<Violation> violations) {
    if (model.architecture() == ModelSpec.Architecture.CLASS_DIFFUSION
        && training.learningRate() > HIGHEST_RATE_OF_ADAM) {
      violations.add(
          new Violation(
              "/training/learningRate",
              "must be at most %s for CLASS_DIFFUSION, which sites train with Adam: take 0.001, say"
                  .formatted(HIGHEST_RATE_OF_ADAM)));
    }
  }

  /// Finds too few sites, or a round that closes with too few of them. To be called when the
  /// parameters, the sites and the round are right.
  static void updates(RunSpec spec, List<Violation> violations) {
    Compatibility asks = ChosenStrategy.of(spec.strategy()).compatibility();
    int sites = spec.sites().size();
    int aimed = spec.round().aimedAt(sites);
    int least = asks.leastUpdates();
    if (sites < least) {
      violations.add(
          new Violation(
              "/sites",
              "are %d, and %s with its parameters needs at least %d: name more, or choose other parameters or another strategy"
                  .formatted(sites, spec.strategy().name(), least)));
    } else if (aimed < least) {
      violations.add(
          new Violation(
              "/round/sitesPerRound",
              "aims at %d updates, and %s with its parameters needs at least %d: raise it, or choose other parameters or another strategy"
                  .formatted(aimed, spec.strategy().name(), least)));
    } else if (Quorum.of(spec.round().quorum(), aimed) < least) {
      violations.add(
          new Violation(
              "/round/quorum",
              "lets a round close with %d of %d sites, and %s needs at least %d: raise it to %s"
                  .formatted(
                      Quorum.of(spec.round().quorum(), aimed),
                      aimed,
                      spec.strategy().name(),
                      least,
                      (double) least / aimed)));
    }
  }
}
