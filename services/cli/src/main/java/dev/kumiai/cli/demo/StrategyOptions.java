package dev.kumiai.cli.demo;

import static dev.kumiai.cli.demo.ExperimentOptions.require;

import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.protocol.run.StrategySpec;
import dev.kumiai.protocol.run.TrainingSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How the sites and its aggregator learn together.
final class StrategyOptions {

  @Option(
      names = "--momentum",
      paramLabel = "X",
      description = "Momentum of SGD (default: 0.9; 0 for scaffold, which allows no other).")
  @Nullable Double momentum;

  @Option(
      names = "--strategy",
      paramLabel = "S",
      defaultValue = "fedavg",
      converter = LoweredName.Strategy.class,
      description = {
        "How updates become the next model (default: ${DEFAULT-VALUE}): fedavg, fedprox, fedavgm, fedadam,",
        "fedyogi, fedadagrad, fednova, fedexp, qfedavg, fedbuff, moon, feddecorr, fedsam, scaffold, feddyn,",
        "median, trimmed-mean, krum, multi-krum, bulyan, geometric-median, norm-clipping or centered-clipping."
      })
  StrategySpec.Name name = StrategySpec.Name.FEDAVG;

  @Option(
      names = "--strategy-parameter",
      paramLabel = "NAME=X",
      description = {
        "A parameter of the strategy, such as learningRate=0.1; may be given several times (default:",
        "the paper's; docs/strategies.md lists them)."
      })
  Map<String, Double> parameters = new LinkedHashMap<>();

  @Option(
      names = "--weighting",
      paramLabel = "W",
      defaultValue = "all",
      converter = LoweredName.Weighting.class,
      description =
          "What a site's vote counts: all of its samples, or the private ones (default: ${DEFAULT-VALUE}).")
  StrategySpec.Weighting weighting = StrategySpec.Weighting.ALL;

  @Option(
      names = "--proximal-mu",
      paramLabel = "X",
      defaultValue = "0",
      description =
          "Weight of the proximal term that sites train with, for fedprox (default: none).")
  double proximalMu;

  @Option(
      names = "--buffer-size",
      paramLabel = "N",
      description = {
        "For fedbuff: updates that a round is made of (default: half of the sites, at most 10)."
      })
  @Nullable Integer bufferSize;

  /// Finds what cannot work.
  void check(int sites, List<Violation> mistakes) {
    require(
        mistakes,
        proximalMu > 0 || name != StrategySpec.Name.FEDPROX,
        "--proximal-mu",
        "is above 0 for --strategy fedprox, say 0.01");
    checkMomentum(mistakes);
    require(
        mistakes,
        bufferSize == null || name == StrategySpec.Name.FEDBUFF,
        "--buffer-size",
        "belongs to --strategy fedbuff");
    require(
        mistakes,
        bufferSize == null || (bufferSize >= 1 && bufferSize <= Math.max(1, sites)),
        "--buffer-size",
        "is at least 1 and at most the number of sites");
    Map<String, String> wrong = name.kind().mistakes(parameters);
    wrong.values().forEach(what -> mistakes.add(new Violation("--strategy-parameter", what)));
    if (wrong.isEmpty()) {
      int least = name.kind().strategy(parameters).compatibility().leastUpdates();
      require(
          mistakes,
          sites >= least || sites < 1,
          "--sites",
          "is at least %d for this strategy and its parameters".formatted(least));
    }
  }

  private void checkMomentum(List<Violation> mistakes) {
    double chosen = momentumOrDefault();
    require(mistakes, chosen >= 0 && chosen < 1, "--momentum", "is at least 0 and below 1");
    require(
        mistakes,
        chosen == 0 || name != StrategySpec.Name.SCAFFOLD,
        "--momentum",
        "is 0 for --strategy scaffold");
  }

  /// What was chosen; else what the strategy allows.
  double momentumOrDefault() {
    if (momentum != null) {
      return momentum;
    }
    return name == StrategySpec.Name.SCAFFOLD ? 0 : TrainingSpec.DEFAULT.momentum();
  }

  /// FedAvg goes without saying.
  String inWords() {
    if (name == StrategySpec.Name.FEDAVG) {
      return "";
    }
    List<String> details = new ArrayList<>();
    if (proximalMu > 0) {
      details.add("mu " + proximalMu);
    }
    if (bufferSize != null) {
      details.add("buffer of " + bufferSize);
    }
    parameters.forEach((parameter, value) -> details.add(parameter + " " + value));
    return " under "
        + LoweredName.lowered(name)
        + (details.isEmpty() ? "" : " (" + String.join(", ", details) + ")");
  }
}
