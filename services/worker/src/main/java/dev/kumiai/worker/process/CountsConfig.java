package dev.kumiai.worker.process;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.math.BigDecimal;
import java.util.Optional;

/// Noise on the class counts that a worker announces; off by default.
@ConfigMapping(prefix = "kumiai.worker.counts")
public interface CountsConfig {

  /// Epsilon of differential privacy for one announcement of one data set, such as `0.5`, up to
  /// 100; smaller is noisier. Not set, counts are announced as they are.
  Optional<BigDecimal> epsilon();

  /// With a delta, such as `1e-6`, the noise is discrete Gaussian and the announcement (epsilon,
  /// delta)-differentially private; without, it is discrete Laplace. Between 0 and 0.1.
  Optional<Double> delta();

  /// Epsilon that all lines of a site's `privacy.jsonl` may reach together, above 0; an
  /// announcement beyond it is refused.
  @WithDefault("10")
  double budget();
}
