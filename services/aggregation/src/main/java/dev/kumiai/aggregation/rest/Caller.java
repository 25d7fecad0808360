package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.site.Worker;
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

  Worker worker() {
    return Objects.requireNonNull(
        identity.<Worker>getAttribute(Callers.WORKER), "the operation's row in Access is not SITE");
  }

  SiteId site() {
    return worker().site();
  }
}
