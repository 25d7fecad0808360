package dev.kumiai.generation.remote;

import dev.kumiai.core.KumiaiException.Violation;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What is wrong with the configuration of a service.
public final class RemoteCheck {

  private static final int MOST_PARALLEL = 64;
  private static final int MOST_ATTEMPTS = 20;

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private RemoteCheck() {}

  static List<Violation> mistakes(String name, RemoteConfig.Service service) {
    String prefix = "kumiai.generation.remote." + name + ".";
    List<Violation> mistakes = new ArrayList<>();
    url(prefix + "url", service.url(), service.apiKey().isPresent(), mistakes);
    between(prefix + "parallel", service.parallel(), MOST_PARALLEL, mistakes);
    between(prefix + "max-attempts", service.maxAttempts(), MOST_ATTEMPTS, mistakes);
    timeout(prefix + "timeout", service.timeout(), mistakes);
    if (service.requestsPerMinute().orElse(1) < 1) {
      mistakes.add(new Violation(prefix + "requests-per-minute", "is below 1: leave it out"));
    }
    money(prefix, service, mistakes);
    return mistakes;
  }

  /// Looks at an address that texts go to.
  ///
  /// @param secret whether a key goes there
  public static void url(String where, URI url, boolean secret, List<Violation> mistakes) {
    String scheme = url.getScheme();
    if (url.getHost() == null || !("https".equals(scheme) || "http".equals(scheme))) {
      mistakes.add(new Violation(where, "is no address that begins with https://"));
    } else if (secret && scheme.equals("http") && !LOOPBACK.contains(url.getHost())) {
      mistakes.add(
          new Violation(where, "would show the api-key to everybody on the way: use https"));
    }
  }

  /// Looks at a number from 1 on.
  public static void between(String where, int value, int most, List<Violation> mistakes) {
    if (value < 1 || value > most) {
      mistakes.add(new Violation(where, "is %d and has to be from 1 to %d".formatted(value, most)));
    }
  }

  /// Looks at a time that has to be above 0.
  public static void timeout(String where, Duration timeout, List<Violation> mistakes) {
    if (timeout.isNegative() || timeout.toMillis() == 0) {
      mistakes.add(new Violation(where, "has to be above 0"));
    }
  }

  private static void money(String prefix, RemoteConfig.Service service, List<Violation> mistakes) {
    if (service.pricePerImage().isEmpty()) {
      if (service.maxCost().isPresent()) {
        mistakes.add(
            new Violation(prefix + "max-cost", "has no effect without price-per-image: set both"));
      }
      return;
    }
    if (service.pricePerImage().get().signum() < 0) {
      mistakes.add(new Violation(prefix + "price-per-image", "is below 0"));
    }
    if (!service.currency().orElse("").matches("[A-Z]{3}")) {
      mistakes.add(
          new Violation(
              prefix + "currency", "has to name the currency of the price, such as EUR or USD"));
    }
  }
}
