package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kumiai.core.strategy.catalogue.StrategyKind;
import jakarta.validation.constraints.NotNull;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How updates become the next global model.
///
/// @param name which rule
/// @param weighting what a site's vote is worth, for rules that weigh examples
/// @param parameters of the rule, at the aggregator and at the sites, by name; what is not given
///   has its default
public record StrategySpec(
    Name name, Weighting weighting, Map<String, @NotNull Double> parameters) {

  /// The rules that a run can choose.
  public enum Name {
    /// Mean of the updates, weighted by examples (McMahan et al. 2017, arXiv 1602.05629).
    FEDAVG,
    /// FedAvg of sites that train with a proximal term (Li et al. 2018, arXiv 1812.06127), whose
    /// weight is [TrainingSpec#proximalMu].
    FEDPROX,
    /// FedAvg with momentum on the server (Hsu et al. 2019, arXiv 1909.06335).
    FEDAVGM,
    /// Adam on the server (Reddi et al. 2020, arXiv 2003.00295).
    FEDADAM,
    /// Yogi on the server (Reddi et al. 2020, arXiv 2003.00295).
    FEDYOGI,
    /// Adagrad on the server (Reddi et al. 2020, arXiv 2003.00295).
    FEDADAGRAD,
    /// Mean of changes, each normalised by its site's steps (Wang et al. 2020, arXiv 2007.07481).
    FEDNOVA,
    /// A longer step the more the sites disagree (Jhunjhunwala et al. 2023, arXiv 2301.09604).
    FEDEXP,
    /// Fairer: the worse the model is at a site, the more its update counts (Li et al. 2019, arXiv
    /// 1905.10497).
    QFEDAVG,
    /// A step along buffered changes, the staler the less, in asynchronous rounds (Nguyen et al.
    /// 2021, arXiv 2106.06639); [RoundSpec#buffer] says how these go.
    FEDBUFF,
    /// FedAvg of sites whose features are held near the global model's and away from their own last
    /// ones (Li et al. 2021, arXiv 2103.16257).
    MOON,
    /// FedAvg of sites that keep their features from being correlated (Shi et al. 2022, arXiv
    /// 2210.00226).
    FEDDECORR,
    /// FedAvg of sites that minimise sharpness, too (Qu et al. 2022, arXiv 2206.02618).
    FEDSAM,
    /// Mean of updates whose drift is corrected by control variates (Karimireddy et al. 2019, arXiv
    /// 1910.06378).
    SCAFFOLD,
    /// Mean of updates, moved so that the optima of the sites meet that of all (Acar et al. 2021,
    /// arXiv 2111.04263).
    FEDDYN,
    /// Median of each element (Yin et al. 2018, arXiv 1803.01498).
    MEDIAN,
    /// Mean of each element without the extremes (Yin et al. 2018, arXiv 1803.01498).
    TRIMMED_MEAN,
    /// The update nearest to its neighbours (Blanchard et al. 2017, arXiv 1703.02757).
    KRUM,
    /// Mean of the updates nearest to their neighbours (Blanchard et al. 2017, arXiv 1703.02757).
    MULTI_KRUM,
    /// Trimmed mean of updates chosen by Krum (El Mhamdi et al. 2018, arXiv 1802.07927).
    BULYAN,
    /// The point with the least sum of distances, RFA (Pillutla et al. 2019, arXiv 1912.13445).
    GEOMETRIC_MEDIAN,
    /// Mean of changes cut down to a length (Sun et al. 2019, arXiv 1911.07963).
    NORM_CLIPPING,
    /// Mean of changes clipped around that of the round before (Karimireddy et al. 2020, arXiv
    /// 2012.10333).
    CENTERED_CLIPPING;

    /// What the rule is to core, which knows it by the same name.
    public StrategyKind kind() {
      return StrategyKind.valueOf(name());
    }
  }

  /// Which examples count in a weighted mean.
  public enum Weighting {
    /// Private examples only.
    PRIVATE,
    /// Private and generated examples.
    ALL
  }

  public static final StrategySpec DEFAULT = new StrategySpec(Name.FEDAVG, Weighting.ALL, Map.of());

  /// A missing value has to get as far as validation, so that it is reported with other mistakes.
  public StrategySpec {
    parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
  }

  /// The same with these parameters.
  public StrategySpec withParameters(Map<String, Double> all) {
    return new StrategySpec(name, weighting, all);
  }

  @JsonCreator
  static StrategySpec of(
      @JsonProperty("name") @Nullable Name name,
      @JsonProperty("weighting") @Nullable Weighting weighting,
      @JsonProperty("parameters") @Nullable Map<String, Double> parameters) {
    return new StrategySpec(
        name == null ? DEFAULT.name : name,
        weighting == null ? DEFAULT.weighting : weighting,
        parameters == null ? DEFAULT.parameters : parameters);
  }
}
