package dev.kumiai.core.strategy.catalogue;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.strategy.FedAvg;
import dev.kumiai.core.strategy.Strategy;
import dev.kumiai.core.strategy.robust.Bulyan;
import dev.kumiai.core.strategy.robust.CenteredClipping;
import dev.kumiai.core.strategy.robust.CoordinateMedian;
import dev.kumiai.core.strategy.robust.GeometricMedian;
import dev.kumiai.core.strategy.robust.Krum;
import dev.kumiai.core.strategy.robust.MultiKrum;
import dev.kumiai.core.strategy.robust.NormClipping;
import dev.kumiai.core.strategy.robust.TrimmedMean;
import dev.kumiai.core.strategy.server.FedAdagrad;
import dev.kumiai.core.strategy.server.FedAdam;
import dev.kumiai.core.strategy.server.FedAvgM;
import dev.kumiai.core.strategy.server.FedBuff;
import dev.kumiai.core.strategy.server.FedDyn;
import dev.kumiai.core.strategy.server.FedExP;
import dev.kumiai.core.strategy.server.FedNova;
import dev.kumiai.core.strategy.server.FedYogi;
import dev.kumiai.core.strategy.server.QFedAvg;
import dev.kumiai.core.strategy.server.Scaffold;
import dev.kumiai.core.strategy.site.SiteHalf;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// All strategies that a run can name. Those that change only the training at the sites aggregate
/// as FedAvg.
public enum StrategyKind {
  FEDAVG,
  /// At the sites: a proximal term (Li et al. 2018, arXiv 1812.06127).
  FEDPROX,
  /// At the sites: a contrastive loss against the model's own past (Li et al. 2021, arXiv
  /// 2103.16257).
  MOON,
  /// At the sites: a penalty for correlated features (Shi et al. 2022, arXiv 2210.00226).
  FEDDECORR,
  /// At the sites: sharpness-aware minimisation (Qu et al. 2022, arXiv 2206.02618).
  FEDSAM,
  FEDAVGM,
  FEDADAM,
  FEDYOGI,
  FEDADAGRAD,
  FEDNOVA,
  FEDEXP,
  QFEDAVG,
  SCAFFOLD,
  FEDDYN,
  FEDBUFF,
  MEDIAN,
  TRIMMED_MEAN,
  KRUM,
  MULTI_KRUM,
  BULYAN,
  GEOMETRIC_MEDIAN,
  NORM_CLIPPING,
  CENTERED_CLIPPING;

  /// The server's half of this strategy.
  ///
  /// @param parameters by name; those that are not given have their defaults
  /// @throws KumiaiException.Invalid `strategy-parameter-unknown` or `strategy-parameter-invalid`
  public Strategy strategy(Map<String, Double> parameters) {
    StrategyParameters named = new StrategyParameters(name(), parameters);
    Strategy strategy = make(named);
    makeSiteHalf(named);
    named.requireAllUsed();
    return strategy;
  }

  /// The sites' half of this strategy.
  ///
  /// @param parameters by name, those of the server's half too
  /// @throws KumiaiException.Invalid `strategy-parameter-unknown` or `strategy-parameter-invalid`
  public SiteHalf siteHalf(Map<String, Double> parameters) {
    strategy(parameters);
    return makeSiteHalf(new StrategyParameters(name(), parameters));
  }

  /// The names of the parameters of both halves, with their defaults.
  public Map<String, Double> defaults() {
    StrategyParameters named = new StrategyParameters(name(), Map.of());
    make(named);
    makeSiteHalf(named);
    return Collections.unmodifiableMap(named.all());
  }

  /// What is wrong with parameters: all of it, not only the first mistake.
  ///
  /// @return a sentence for each parameter that is unknown or out of its bounds, by its name
  public SortedMap<String, String> mistakes(Map<String, Double> parameters) {
    SortedMap<String, String> mistakes = new TreeMap<>();
    parameters.forEach(
        (name, value) -> {
          try {
            strategy(Map.of(name, value));
          } catch (KumiaiException.Invalid e) {
            mistakes.put(name, String.valueOf(e.getMessage()));
          }
        });
    return mistakes;
  }

  private SiteHalf makeSiteHalf(StrategyParameters p) {
    return switch (this) {
      case MOON ->
          new SiteHalf.Moon(
              p.number("mu", SiteHalf.Moon.DEFAULT.mu()),
              p.number("temperature", SiteHalf.Moon.DEFAULT.temperature()));
      case FEDDECORR -> new SiteHalf.FedDecorr(p.number("beta", SiteHalf.FedDecorr.DEFAULT.beta()));
      case FEDSAM -> new SiteHalf.FedSam(p.number("rho", SiteHalf.FedSam.DEFAULT.rho()));
      case SCAFFOLD -> new SiteHalf.Scaffold();
      case FEDDYN -> new SiteHalf.FedDyn(p.number("alpha", FedDyn.DEFAULT.alpha()));
      case FEDAVG, FEDPROX, FEDAVGM, FEDADAM, FEDYOGI, FEDADAGRAD, FEDNOVA, FEDEXP, QFEDAVG ->
          new SiteHalf.Plain();
      case FEDBUFF,
          MEDIAN,
          TRIMMED_MEAN,
          KRUM,
          MULTI_KRUM,
          BULYAN,
          GEOMETRIC_MEDIAN,
          NORM_CLIPPING,
          CENTERED_CLIPPING ->
          new SiteHalf.Plain();
    };
  }

  private Strategy make(StrategyParameters p) {
    return switch (this) {
      case FEDAVG, FEDPROX, MOON, FEDDECORR, FEDSAM -> new FedAvg();
      case FEDAVGM -> fedAvgM(p, FedAvgM.DEFAULT);
      case FEDADAM -> fedAdam(p, FedAdam.DEFAULT);
      case FEDYOGI -> fedYogi(p, FedYogi.DEFAULT);
      case FEDADAGRAD -> fedAdagrad(p, FedAdagrad.DEFAULT);
      case FEDNOVA -> new FedNova(p.number("siteMomentum", FedNova.DEFAULT.siteMomentum()));
      case FEDEXP -> new FedExP(p.number("epsilon", FedExP.DEFAULT.epsilon()));
      case QFEDAVG -> qFedAvg(p, QFedAvg.DEFAULT);
      case SCAFFOLD -> new Scaffold(p.number("learningRate", Scaffold.DEFAULT.learningRate()));
      case FEDDYN -> new FedDyn(p.number("alpha", FedDyn.DEFAULT.alpha()));
      case FEDBUFF -> new FedBuff(p.number("learningRate", FedBuff.DEFAULT.learningRate()));
      case MEDIAN -> new CoordinateMedian();
      case TRIMMED_MEAN -> new TrimmedMean(p.whole("outliers", TrimmedMean.DEFAULT.outliers()));
      case KRUM -> new Krum(p.whole("outliers", Krum.DEFAULT.outliers()));
      case MULTI_KRUM -> multiKrum(p, MultiKrum.DEFAULT);
      case BULYAN -> new Bulyan(p.whole("outliers", Bulyan.DEFAULT.outliers()));
      case GEOMETRIC_MEDIAN -> geometricMedian(p, GeometricMedian.DEFAULT);
      case NORM_CLIPPING -> new NormClipping(p.number("norm", NormClipping.DEFAULT.norm()));
      case CENTERED_CLIPPING -> centeredClipping(p, CenteredClipping.DEFAULT);
    };
  }

  private static Strategy fedAvgM(StrategyParameters p, FedAvgM otherwise) {
    return new FedAvgM(
        p.number("learningRate", otherwise.learningRate()),
        p.number("momentum", otherwise.momentum()));
  }

  private static Strategy fedAdam(StrategyParameters p, FedAdam otherwise) {
    return new FedAdam(
        p.number("learningRate", otherwise.learningRate()),
        p.number("beta1", otherwise.beta1()),
        p.number("beta2", otherwise.beta2()),
        p.number("tau", otherwise.tau()));
  }

  private static Strategy fedYogi(StrategyParameters p, FedYogi otherwise) {
    return new FedYogi(
        p.number("learningRate", otherwise.learningRate()),
        p.number("beta1", otherwise.beta1()),
        p.number("beta2", otherwise.beta2()),
        p.number("tau", otherwise.tau()));
  }

  private static Strategy fedAdagrad(StrategyParameters p, FedAdagrad otherwise) {
    return new FedAdagrad(
        p.number("learningRate", otherwise.learningRate()),
        p.number("beta1", otherwise.beta1()),
        p.number("tau", otherwise.tau()));
  }

  private static Strategy qFedAvg(StrategyParameters p, QFedAvg otherwise) {
    return new QFedAvg(
        p.number("q", otherwise.q()), p.number("siteLearningRate", otherwise.siteLearningRate()));
  }

  private static Strategy multiKrum(StrategyParameters p, MultiKrum otherwise) {
    return new MultiKrum(
        p.whole("outliers", otherwise.outliers()), p.whole("selected", otherwise.selected()));
  }

  private static Strategy geometricMedian(StrategyParameters p, GeometricMedian otherwise) {
    return new GeometricMedian(
        p.whole("iterations", otherwise.iterations()),
        p.number("smoothing", otherwise.smoothing()));
  }

  private static Strategy centeredClipping(StrategyParameters p, CenteredClipping otherwise) {
    return new CenteredClipping(
        p.number("radius", otherwise.radius()), p.whole("iterations", otherwise.iterations()));
  }
}
