package dev.kumiai.aggregation.access;

import io.quarkus.arc.Arc;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;

/// Tells who acts at present, in whatever a request calls, so that verbs need not pass it on.
@ApplicationScoped
public class Actors {

  /// Under which an identity carries its [Actor].
  public static final String ATTRIBUTE = "kumiai.actor";

  private final CurrentIdentityAssociation identity;

  Actors(CurrentIdentityAssociation identity) {
    this.identity = identity;
  }

  /// The user or site whose request is being answered, or the aggregator itself.
  public Actor current() {
    if (!Arc.container().requestContext().isActive()) {
      return Actor.AGGREGATOR;
    }
    SecurityIdentity caller = identity.getIdentity();
    return Objects.requireNonNullElse(caller.<Actor>getAttribute(ATTRIBUTE), Actor.AGGREGATOR);
  }
}
