package dev.kumiai.worker.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.privacy.CountNoise;
import dev.kumiai.core.privacy.PrivacyLoss;
import dev.kumiai.core.privacy.Rational;
import dev.kumiai.worker.privacy.NoisedHoldings;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CountsNoiseTest {

  private record Config(Optional<BigDecimal> epsilon, Optional<Double> delta, double budget)
      implements CountsConfig {}

  private static Config config(String epsilon, double delta, double budget) {
    return new Config(
        Optional.of(epsilon).filter(e -> !e.isEmpty()).map(BigDecimal::new),
        delta == 0 ? Optional.empty() : Optional.of(delta),
        budget);
  }

  @Test
  void withoutEpsilonThereIsNoNoise() {
    assertThat(CountsNoise.check(config("", 0, 10))).isEmpty();
  }

  @Test
  void epsilonAloneIsExactLaplaceNoiseFromASecureSource() {
    NoisedHoldings.Setting setting = CountsNoise.check(config("0.1", 0, 2)).orElseThrow();

    assertThat(setting.noise()).isEqualTo(new CountNoise.Laplace(Rational.of(1, 10)));
    assertThat(setting.budget()).isEqualTo(2);
    assertThat(setting.random()).isInstanceOf(SecureRandom.class);
  }

  @Test
  void withADeltaTheNoiseIsGaussianAndCostsTheSameEpsilon() {
    NoisedHoldings.Setting setting = CountsNoise.check(config("0.5", 1e-5, 2)).orElseThrow();

    assertThat(setting.noise()).isInstanceOf(CountNoise.Gaussian.class);
    PrivacyLoss loss = setting.noise().loss();
    assertThat(loss.epsilonAt(setting.delta())).isBetween(0.4999999, 0.5000001);
  }

  @Test
  void everyMistakeIsTold() {
    assertThatThrownBy(() -> CountsNoise.check(config("0", 0.5, 0)))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            e ->
                assertThat(e.violations())
                    .extracting(KumiaiException.Violation::where)
                    .containsExactly(
                        "kumiai.worker.counts.epsilon",
                        "kumiai.worker.counts.delta",
                        "kumiai.worker.counts.budget"));
    assertThatThrownBy(() -> CountsNoise.check(config("", 1e-6, 10)))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            e ->
                assertThat(e.violations().getFirst().what())
                    .contains("has no meaning without kumiai.worker.counts.epsilon"));
  }
}
