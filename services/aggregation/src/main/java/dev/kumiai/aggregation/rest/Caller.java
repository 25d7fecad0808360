package dev.kumiai.aggregation.rest;

import dev.kumiai.core.SiteId;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import java.util.Objects;

/// Whose worker is calling; known where [Access] lets sites in and nobody else.
@RequestScoped
class Caller {

  private final SecurityIdentity identity;

  Caller(SecurityIdentity identity) {
    this.identity = identity;
  }

  SiteId site() {
    return Objects.requireNonNull(
        identity.<SiteId>getAttribute(Callers.SITE), "the operation's row in Access is not SITE");
  }
}
