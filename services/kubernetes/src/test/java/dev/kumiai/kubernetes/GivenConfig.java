package dev.kumiai.kubernetes;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// A configuration as it is by default, in the namespace `federation`.
public record GivenConfig(Optional<Set<String>> siteNamespaces) implements KubernetesConfig {

  public static final GivenConfig DEFAULT = new GivenConfig(Optional.empty());

  @Override
  public boolean enabled() {
    return true;
  }

  @Override
  public Optional<URI> aggregatorUrl() {
    return Optional.of(URI.create("http://kumiai.federation.svc:8080"));
  }

  @Override
  public Optional<String> namespace() {
    return Optional.of("federation");
  }

  @Override
  public Optional<Set<String>> watchNamespaces() {
    return Optional.empty();
  }

  @Override
  public Optional<Path> resources() {
    return Optional.empty();
  }

  @Override
  public Optional<String> identity() {
    return Optional.empty();
  }

  @Override
  public Duration leaseDuration() {
    return Duration.ofSeconds(15);
  }

  @Override
  public Duration imagePatience() {
    return Duration.ofSeconds(60);
  }
}
