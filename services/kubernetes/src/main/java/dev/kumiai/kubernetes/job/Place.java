package dev.kumiai.kubernetes.job;

import dev.kumiai.core.SiteId;
import dev.kumiai.kubernetes.resource.Site;
import dev.kumiai.kubernetes.resource.SiteSpec;
import java.util.Objects;
import java.util.Optional;

/// Where in the cluster a site's work is done.
///
/// @param namespace of its pods and claims
/// @param volumes its data
/// @param spec the rest
public record Place(SiteId site, String namespace, SiteSpec.Volumes volumes, SiteSpec spec) {

  /// That of a site; empty when its workers are elsewhere.
  public static Optional<Place> of(Site site) {
    SiteSpec spec = site.getSpec();
    SiteSpec.Volumes volumes = spec.volumes();
    return volumes == null
        ? Optional.empty()
        : Optional.of(
            new Place(new SiteId(site.getMetadata().getName()), namespace(site), volumes, spec));
  }

  /// The namespace in which a site's work is done.
  public static String namespace(Site site) {
    return Objects.requireNonNullElse(
        site.getSpec().namespace(), site.getMetadata().getNamespace());
  }
}
