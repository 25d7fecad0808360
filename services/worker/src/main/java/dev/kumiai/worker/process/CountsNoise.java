package dev.kumiai.worker.process;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.core.privacy.CountNoise;
import dev.kumiai.core.privacy.PrivacyLoss;
import dev.kumiai.core.privacy.Rational;
import dev.kumiai.worker.privacy.NoisedHoldings;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The configured noise on counts, checked.
final class CountsNoise {

  /// At which a ledger's concentrated losses are converted when no delta is configured any more.
  private static final double USUAL_DELTA = 1e-6;

  private static final double LARGEST_DELTA = 0.1;

  /// Beyond, there is no noise to speak of.
  private static final BigDecimal LARGEST_EPSILON = BigDecimal.valueOf(100);

  /// Below, the noise is larger than any data set.
  private static final BigDecimal SMALLEST_EPSILON = new BigDecimal("1e-6");

  private CountsNoise() {}

  /// None where counts are announced as they are.
  ///
  /// @throws KumiaiException.Invalid `worker-configuration-invalid` with every mistake
  static Optional<NoisedHoldings.Setting> check(CountsConfig config) {
    List<Violation> mistakes = new ArrayList<>();
    config
        .epsilon()
        .filter(e -> e.compareTo(SMALLEST_EPSILON) < 0 || e.compareTo(LARGEST_EPSILON) > 0)
        .ifPresent(
            e ->
                mistakes.add(
                    new Violation(
                        "kumiai.worker.counts.epsilon",
                        "is from " + SMALLEST_EPSILON + " to " + LARGEST_EPSILON + ", not " + e)));
    config
        .delta()
        .filter(delta -> !(delta > 0 && delta <= LARGEST_DELTA))
        .ifPresent(
            delta ->
                mistakes.add(
                    new Violation(
                        "kumiai.worker.counts.delta",
                        "is above 0 and at most " + LARGEST_DELTA + ", not " + delta)));
    if (config.delta().isPresent() && config.epsilon().isEmpty()) {
      mistakes.add(
          new Violation(
              "kumiai.worker.counts.delta",
              "has no meaning without kumiai.worker.counts.epsilon; set that, too"));
    }
    if (!(config.budget() > 0 && Double.isFinite(config.budget()))) {
      mistakes.add(
          new Violation("kumiai.worker.counts.budget", "is above 0, not " + config.budget()));
    }
    if (!mistakes.isEmpty()) {
      throw new KumiaiException.Invalid(
          "worker-configuration-invalid",
          "the worker cannot start, its configuration has mistakes",
          mistakes);
    }
    return config.epsilon().map(epsilon -> setting(Rational.of(epsilon), config));
  }

  private static NoisedHoldings.Setting setting(Rational epsilon, CountsConfig config) {
    CountNoise noise =
        config
            .delta()
            .<CountNoise>map(delta -> new CountNoise.Gaussian(PrivacyLoss.rho(epsilon, delta)))
            .orElseGet(() -> new CountNoise.Laplace(epsilon));
    return new NoisedHoldings.Setting(
        noise,
        config.budget(),
        config.delta().orElse(USUAL_DELTA),
        new SecureRandom(),
        Clock.systemUTC());
  }
}
