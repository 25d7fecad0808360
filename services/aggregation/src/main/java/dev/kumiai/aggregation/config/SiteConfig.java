package dev.kumiai.aggregation.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// How sites prove who they are, beyond their keys.
@ConfigMapping(prefix = "kumiai.sites")
public interface SiteConfig {

  /// Whether a worker also has to have a TLS client certificate that names its site.
  @WithDefault("off")
  Certificates clientCertificates();

  /// What is asked of a worker.
  enum Certificates {
    /// Nothing; one that it shows is not looked at.
    OFF,
    /// A certificate of a trusted authority that names the site.
    REQUIRED
  }
}
