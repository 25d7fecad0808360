package dev.kumiai.aggregation;

import static dev.kumiai.aggregation.RawSpec.ANY_DIGEST;
import static dev.kumiai.aggregation.RawSpec.at;
import static dev.kumiai.aggregation.RawSpec.mistakes;
import static dev.kumiai.aggregation.RawSpec.spec;
import static dev.kumiai.aggregation.RawSpec.strategy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is said about the strategy of a run when it is created.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class StrategyOfARunTest {

  private final Aggregator aggregator;

  @Inject
  StrategyOfARunTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  @Test
  void parametersOfAStrategyAreToldByTheirNamesWithAllOtherMistakes() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a).put("rounds", 0);
    strategy(spec, "FEDADAM")
        .put("learningRate", -1)
        .put("beta1", 1)
        .put("be/ta", 2)
        .put("beta2", "high")
        .putNull("tau");

    Map<String, String> mistakes = mistakes(spec);

    assertThat(mistakes)
        .containsOnlyKeys(
            "/rounds",
            "/strategy/parameters/be~1ta",
            "/strategy/parameters/beta1",
            "/strategy/parameters/beta2",
            "/strategy/parameters/learningRate",
            "/strategy/parameters/tau");
    assertThat(mistakes.get("/strategy/parameters/be~1ta"))
        .contains("has no parameter 'be/ta'", "[beta1, beta2, learningRate, tau]");
    assertThat(mistakes.get("/strategy/parameters/learningRate")).contains("above 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BEST", "FEDAVG2"})
  void aStrategyThatCannotRunIsUnknown(String name) {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    strategy(spec, name).put("alpha", 1);

    assertThat(mistakes(spec))
        .containsOnlyKeys("/strategy/name")
        .allSatisfy((_, what) -> assertThat(what).contains("must be one of FEDAVG, FEDPROX"));
  }

  @Test
  void aRobustStrategyNeedsEnoughSitesAndAQuorumOfThem() {
    TinySite[] five =
        Stream.of("a", "b", "c", "d", "e")
            .map(name -> aggregator.site(name, 1, 1, 1))
            .toArray(TinySite[]::new);
    ObjectNode spec = spec(Arrays.copyOf(five, 4));
    strategy(spec, "KRUM");

    assertThat(mistakes(spec)).containsOnlyKeys("/sites");
    assertThat(mistakes(spec).get("/sites"))
        .startsWith("are 4, and KRUM with its parameters needs at least 5");

    spec = spec(five);
    strategy(spec, "KRUM");
    assertThat(mistakes(spec)).isEmpty();

    at(spec, "round").put("quorum", 0.6);
    assertThat(mistakes(spec).get("/round/quorum"))
        .contains("with 3 of 5 sites", "raise it to 1.0");

    strategy(spec, "KRUM").put("outliers", 0);
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void aStrategyThatTheTrainingContradictsIsRefused() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    strategy(spec, "FEDPROX");

    assertThat(mistakes(spec)).containsOnlyKeys("/training/proximalMu");

    at(spec, "training").put("proximalMu", 0.01).put("momentum", 0.5);
    assertThat(mistakes(spec)).isEmpty();

    strategy(spec, "FEDNOVA").put("siteMomentum", 0.9);
    assertThat(mistakes(spec))
        .containsOnlyKeys("/training/proximalMu", "/strategy/parameters/siteMomentum");

    at(spec, "training").put("proximalMu", 0).put("momentum", 0.9);
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void asynchronousRoundsAndAStrategyForSynchronousOnesExcludeOneAnother() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    at(spec, "round").putObject("buffer").put("size", 1);

    assertThat(mistakes(spec)).containsOnlyKeys("/round/buffer");
    assertThat(mistakes(spec).get("/round/buffer")).contains("FEDAVG", "choose FEDBUFF");

    strategy(spec, "FEDBUFF");
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void aStrategyAtTheSitesIsRefusedWithTrainingThatContradictsIt() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    at(spec, "training").put("proximalMu", 0.01).put("batchSize", 1);

    strategy(spec, "SCAFFOLD");
    assertThat(mistakes(spec)).containsOnlyKeys("/training/momentum", "/training/proximalMu");
    strategy(spec, "FEDDYN");
    assertThat(mistakes(spec)).containsOnlyKeys("/training/proximalMu");
    strategy(spec, "FEDDECORR");
    assertThat(mistakes(spec)).containsOnlyKeys("/training/batchSize");
    strategy(spec, "FEDSAM");
    assertThat(mistakes(spec)).isEmpty();

    at(spec, "training").put("proximalMu", 0).put("momentum", 0);
    strategy(spec, "SCAFFOLD");
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void aBufferThatCannotBeIsRefused() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    ObjectNode spec = spec(a, b);
    strategy(spec, "FEDBUFF");
    ObjectNode buffer = at(spec, "round").putObject("buffer").put("size", 3);

    assertThat(mistakes(spec)).containsOnlyKeys("/round/buffer/size");
    assertThat(mistakes(spec).get("/round/buffer/size")).contains("is 3", "choose 2 or less");

    buffer.put("size", 0).put("maxStaleness", -1).put("sise", 2);
    assertThat(mistakes(spec))
        .containsOnlyKeys("/round/buffer/size", "/round/buffer/maxStaleness", "/round/buffer/sise");
  }

  @Test
  void aStrategyOnFeaturesNeedsANetworkThatShowsThem() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    strategy(spec, "MOON").put("mu", -1).put("temperature", 0.5).put("rho", 1);
    at(spec, "model").put("architecture", "TORCHSCRIPT").put("torchScript", ANY_DIGEST);

    assertThat(mistakes(spec))
        .containsOnlyKeys("/strategy/parameters/mu", "/strategy/parameters/rho");

    strategy(spec, "MOON").put("mu", 5).remove("rho");
    assertThat(mistakes(spec)).containsOnlyKeys("/model/architecture");

    at(spec, "model").put("architecture", "CNN").remove("torchScript");
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void aGeneratorIsTrainedByStrategiesAndStepsThatSuitIt() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    at(spec, "model").put("architecture", "CLASS_DIFFUSION");
    at(spec, "training").put("momentum", 0).put("learningRate", 0.05);

    for (String name : List.of("SCAFFOLD", "FEDNOVA", "FEDDYN")) {
      strategy(spec, name);
      assertThat(mistakes(spec)).containsOnlyKeys("/strategy/name", "/training/learningRate");
    }
    strategy(spec, "MOON");
    assertThat(mistakes(spec)).containsOnlyKeys("/model/architecture", "/training/learningRate");

    at(spec, "training").put("learningRate", 0.002);
    for (String name : List.of("FEDAVG", "FEDADAM", "MEDIAN", "FEDSAM")) {
      strategy(spec, name);
      assertThat(mistakes(spec)).isEmpty();
    }
  }

  @Test
  void aWeightingThatHasNoEffectIsRefused() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    ObjectNode spec = spec(a);
    at(spec, "strategy").put("name", "MEDIAN").put("weighting", "PRIVATE");

    assertThat(mistakes(spec)).containsOnlyKeys("/strategy/weighting");

    at(spec, "strategy").put("weighting", "ALL");
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void aStrategyThatNeedsManyUpdatesLooksAtThoseThatARoundAimsAt() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    TinySite c = aggregator.site("c", 1, 1, 1);
    TinySite d = aggregator.site("d", 1, 1, 1);
    ObjectNode spec = spec(a, b, c, d);
    at(spec, "strategy").put("name", "TRIMMED_MEAN");

    at(spec, "round").put("sitesPerRound", 2);
    assertThat(mistakes(spec)).containsOnlyKeys("/round/sitesPerRound");

    at(spec, "round").put("sitesPerRound", 3).put("quorum", 0.6);
    assertThat(mistakes(spec)).containsOnlyKeys("/round/quorum");

    at(spec, "round").put("quorum", 1);
    assertThat(mistakes(spec)).isEmpty();
  }

  @Test
  void asynchronousRoundsNeitherStartOnRequestNorAskSomeOfTheSites() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    TinySite b = aggregator.site("b", 1, 1, 1);
    ObjectNode spec = spec(a, b);
    strategy(spec, "FEDBUFF");
    at(spec, "round").put("trigger", "MANUAL").put("sitesPerRound", 1);

    assertThat(mistakes(spec)).containsOnlyKeys("/round/trigger", "/round/sitesPerRound");
  }
}
