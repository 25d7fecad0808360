package dev.kumiai.aggregation.config;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/// Who may use the aggregator.
@ConfigMapping(prefix = "kumiai")
public interface AccessConfig {

  /// API key of an administrator, at least 20 characters. When it is not set, one is made at the
  /// first start and kept in the file `api-key` of the data folder, readable by its owner only.
  Optional<String> apiKey();
}
