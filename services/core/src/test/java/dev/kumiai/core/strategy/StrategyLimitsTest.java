package dev.kumiai.core.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.strategy.catalogue.StrategyKind;
import dev.kumiai.core.strategy.robust.Bulyan;
import dev.kumiai.core.strategy.robust.CenteredClipping;
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
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What strategies refuse, and with which words.
class StrategyLimitsTest {

  @TempDir private Path folder;

  private Models models;

  @BeforeEach
  void store() {
    models = new Models(folder);
  }

  static Stream<ThrowingCallable> parametersOutOfBounds() {
    return Stream.of(
        () -> new FedAvgM(0, 0.9),
        () -> new FedAvgM(1, 1),
        () -> new FedAvgM(Double.NaN, 0.9),
        () -> new FedAdam(0.1, -0.1, 0.99, 1e-3),
        () -> new FedAdam(0.1, 0.9, 1, 1e-3),
        () -> new FedYogi(0.1, 0.9, 0.99, 0),
        () -> new FedYogi(0.1, 0.9, Double.NaN, 1e-3),
        () -> new FedAdagrad(Double.POSITIVE_INFINITY, 0, 1e-3),
        () -> new FedNova(1),
        () -> new FedExP(0),
        () -> new QFedAvg(-1, 0.1),
        () -> new QFedAvg(1, 0),
        () -> new Scaffold(-1),
        () -> new FedDyn(0),
        () -> new FedBuff(0),
        () -> new TrimmedMean(-1),
        () -> new Krum(-1),
        () -> new MultiKrum(0, -1),
        () -> new Bulyan(-1),
        () -> new GeometricMedian(0, 1e-6),
        () -> new GeometricMedian(4, 0),
        () -> new NormClipping(0),
        () -> new CenteredClipping(10, 0));
  }

  @ParameterizedTest
  @MethodSource("parametersOutOfBounds")
  void refusesParametersOutOfBounds(ThrowingCallable record) {
    assertInvalid("strategy-parameter-invalid", "choose a number", record);
  }

  @Test
  void refusesFewerUpdatesThanItTakesToWithstandOutliers() throws IOException {
    assertNeeds(new TrimmedMean(2), 5);
    assertNeeds(new Krum(2), 7);
    assertNeeds(new MultiKrum(2, 0), 7);
    assertNeeds(new MultiKrum(2, 6), 8);
    assertNeeds(new Bulyan(1), 7);
  }

  private void assertNeeds(Strategy strategy, int least) throws IOException {
    RoundOfUpdates enough = RoundOfUpdates.random(least, 3, 1);
    assertThat(enough.next(strategy, models)).hasSize(3);
    RoundOfUpdates tooFew = RoundOfUpdates.random(least - 1, 3, 1);
    assertInvalid(
        "strategy-too-few-updates",
        "at least %d updates, there are %d".formatted(least, least - 1),
        () -> tooFew.next(strategy, models));
  }

  @Test
  void refusesUpdatesThatLackWhatTheStrategyNeeds() throws IOException {
    Update plain = models.update("a", 1, 1, 2);
    assertRefused("update-steps-missing", FedNova.DEFAULT, plain);
    assertRefused("update-loss-missing", QFedAvg.DEFAULT, plain);
    assertRefused("update-loss-invalid", QFedAvg.DEFAULT, plain.withInitialLoss(-1));
    assertRefused("update-loss-invalid", new QFedAvg(400, 0.1), plain.withInitialLoss(1e30));
    assertRefused("update-control-missing", Scaffold.DEFAULT, plain);
    assertRefused(
        "update-stale", new FedAvg(), plain.withBase(new Update.Base(plain.weights(), 1)));
  }

  @Test
  void refusesControlVariatesThatNobodyAskedForOrThatAreNotWhole() throws IOException {
    Tensor w = Tensor.ofFloats("w", Shape.of(2), new float[2]);
    Tensor control = Tensor.ofFloats("control/w", Shape.of(2), new float[2]);
    Tensor short1 = Tensor.ofFloats("control/w", Shape.of(1), new float[1]);
    SafetensorsFile global = models.store(w);
    Update plain = new Update(new SiteId("a"), 1, global);
    Update with = new Update(new SiteId("b"), 1, models.store(w, control));
    Update wrong = new Update(new SiteId("b"), 1, models.store(w, short1));

    assertInvalid(
        "update-control-unexpected",
        "leave them out",
        () -> new FedAvg().compatibility().require(Updates.of(global, List.of(with))));
    assertInvalid(
        "update-control-missing", "site a", () -> Updates.of(global, List.of(with, plain)));
    assertInvalid("tensor-shape-mismatch", "control/w", () -> Updates.of(global, List.of(wrong)));
  }

  @Test
  void refusesNumbersThatNoTrainingHas() throws IOException {
    Update update = models.update("a", 1, 1);
    assertInvalid("update-steps-invalid", "0 steps", () -> update.withSteps(0));
    assertInvalid("update-loss-invalid", "NaN", () -> update.withInitialLoss(Double.NaN));
    assertInvalid("update-staleness-invalid", "not 0", () -> new Update.Base(update.weights(), 0));
    assertInvalid(
        "updates-over-sites",
        "1 sites",
        () -> Updates.of(update.weights(), List.of(update, models.update("b", 1, 1)), 1));
  }

  @Test
  void keepsSeveralUpdatesOfOneSiteInTheOrderOfTheirAge() throws IOException {
    Update fresh = models.update("a", 1, 1);
    Update old = models.update("a", 1, 3).withBase(new Update.Base(fresh.weights(), 1));
    Update older = models.update("a", 1, 5).withBase(new Update.Base(fresh.weights(), 3));

    Updates updates = Updates.of(fresh.weights(), List.of(fresh, older, old));

    assertThat(updates.list()).extracting(Update::staleness).containsExactly(3L, 1L, 0L);
    assertThat(updates.sites()).isEqualTo(1);
    // 1 + (4 / sqrt(4) + 2 / sqrt(2) + 0) / 3
    assertThat(models.next(new FedBuff(1), updates)[0])
        .isEqualTo((float) (1 + (2 + Math.sqrt(2)) / 3));
  }

  @ParameterizedTest
  @EnumSource
  void listsEveryStrategyWithItsDefaults(StrategyKind kind) {
    Strategy strategy = kind.strategy(Map.of());

    assertThat(kind.strategy(kind.defaults())).isEqualTo(strategy);
    assertThat(strategy.compatibility().stateful()).isEqualTo(!strategy.states().isEmpty());
    assertInvalid("strategy-parameter-unknown", "'x'", () -> kind.strategy(Map.of("x", 1.0)));
  }

  @Test
  void takesParametersByName() {
    assertThat(StrategyKind.FEDADAM.strategy(Map.of("tau", 0.01)))
        .isEqualTo(new FedAdam(0.1, 0.9, 0.99, 0.01));
    assertThat(StrategyKind.MULTI_KRUM.strategy(Map.of("outliers", 2.0, "selected", 3.0)))
        .isEqualTo(new MultiKrum(2, 3));
    assertInvalid(
        "strategy-parameter-invalid",
        "whole",
        () -> StrategyKind.KRUM.strategy(Map.of("outliers", 1.5)));
  }

  @Test
  void givesTheSitesTheirHalfWithItsParameters() {
    assertThat(StrategyKind.FEDADAM.siteHalf(Map.of())).isEqualTo(new SiteHalf.Plain());
    assertThat(StrategyKind.SCAFFOLD.siteHalf(Map.of("learningRate", 0.5)))
        .isEqualTo(new SiteHalf.Scaffold());
    assertThat(StrategyKind.FEDDYN.siteHalf(Map.of("alpha", 0.5)))
        .isEqualTo(new SiteHalf.FedDyn(0.5));
    assertThat(StrategyKind.MOON.siteHalf(Map.of("mu", 5.0))).isEqualTo(new SiteHalf.Moon(5, 0.5));
    assertThat(StrategyKind.MOON.mistakes(Map.of("mu", -1.0, "temperature", 0.0, "rho", 1.0)))
        .containsOnlyKeys("mu", "rho", "temperature");
    assertThat(StrategyKind.FEDDECORR.defaults()).isEqualTo(Map.of("beta", 0.1));
    assertThat(StrategyKind.FEDSAM.defaults()).isEqualTo(Map.of("rho", 0.05));
  }

  private void assertRefused(String code, Strategy strategy, Update update) throws IOException {
    Updates updates = Models.updates(update);
    assertInvalid(code, "", () -> models.round(strategy, 1, updates, Map.of()));
  }

  private static void assertInvalid(String code, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }

  @Test
  void tellsAllMistakesInParametersByName() {
    Map<String, Double> parameters =
        Map.of("learningRate", 0.5, "beta1", 1.0, "tau", Double.NaN, "gamma", 1.0);

    assertThat(StrategyKind.FEDADAM.mistakes(parameters)).containsOnlyKeys("beta1", "gamma", "tau");
    assertThat(StrategyKind.BULYAN.mistakes(Map.of("outliers", 1.5)).get("outliers"))
        .contains("whole number");
    assertThat(StrategyKind.FEDADAM.mistakes(Map.of())).isEmpty();
  }
}
