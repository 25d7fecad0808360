package dev.kumiai.generation.remote;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Image services with OpenAI's protocol, by the names that runs call them by: `remote:<name>`.
@ConfigMapping(prefix = "kumiai.generation.remote")
public interface RemoteConfig {

  @WithParentName
  Map<String, Service> services();

  /// One service.
  interface Service {

    /// Where its API begins, such as `https://api.openai.com/v1`; `/images/generations` follows.
    URI url();

    /// What it calls the model; left out for the service's own choice.
    Optional<String> model();

    /// The key that goes with each request, as a bearer token.
    Optional<String> apiKey();

    /// Size that is asked for, such as `1024x1024`; left out for the service's own choice. Images
    /// are brought to the run's form here.
    Optional<String> size();

    /// How images are asked for: `b64_json`, or `none` for services that know no other way and want
    /// no such field.
    @WithDefault("b64_json")
    String responseFormat();

    /// Whether requests carry a seed, which not every service takes.
    @WithDefault("false")
    boolean seed();

    /// What one image costs.
    Optional<BigDecimal> pricePerImage();

    /// Currency of the price, as of ISO 4217.
    Optional<String> currency();

    /// How much a site may spend on the service in all, over all runs. What would go beyond is not
    /// asked for. Needs a price.
    Optional<BigDecimal> maxCost();

    /// Requests in a minute, evenly spread; left out for no bound of one's own.
    OptionalInt requestsPerMinute();

    /// Requests that are under way at a time, 1 to 64.
    @WithDefault("2")
    int parallel();

    /// How long one try may take.
    @WithDefault("120s")
    Duration timeout();

    /// Tries for one image, 1 to 20, before the task fails.
    @WithDefault("5")
    int maxAttempts();
  }
}
