package dev.kumiai.aggregation.rest;

import dev.kumiai.core.SiteId;
import jakarta.enterprise.context.RequestScoped;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Whose worker is calling; known where [SiteOnly] stands.
@RequestScoped
class Caller {

  private @Nullable SiteId site;

  void is(SiteId authenticated) {
    this.site = authenticated;
  }

  SiteId site() {
    return Objects.requireNonNull(site, "the resource lacks @SiteOnly");
  }
}
