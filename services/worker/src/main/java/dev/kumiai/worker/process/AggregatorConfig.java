package dev.kumiai.worker.process;

import io.smallrye.config.ConfigMapping;
import java.net.URI;
import java.util.Optional;

/// Where the aggregator is.
@ConfigMapping(prefix = "kumiai.aggregator")
public interface AggregatorConfig {

  /// Address without `/api/v1`, such as `https://guild.example.com`. Required.
  Optional<URI> url();
}
