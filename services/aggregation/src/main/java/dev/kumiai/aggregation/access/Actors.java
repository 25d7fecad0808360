package dev.kumiai.aggregation.access;

import io.quarkus.arc.Arc;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/// Tells who acts at present, in whatever a request calls, so that verbs need not pass it on.
@ApplicationScoped
public class Actors {

  /// Under which an identity carries its [Actor].
  public static final String ATTRIBUTE = "kumiai.actor";

  private static final ScopedValue<Actor> ACTING = ScopedValue.newInstance();
  private static final String OIDC = "oidc:";

  private final CurrentIdentityAssociation identity;

  Actors(CurrentIdentityAssociation identity) {
    this.identity = identity;
  }

  /// Does something in the name of an actor who made no HTTP request.
  public <T> T as(Actor actor, Supplier<T> deed) {
    return ScopedValue.where(ACTING, actor).call(deed::get);
  }

  /// The user or site whose request is being answered, or the aggregator itself.
  public Actor current() {
    if (ACTING.isBound()) {
      return ACTING.get();
    }
    return Arc.container().requestContext().isActive()
        ? of(identity.getIdentity())
        : Actor.AGGREGATOR;
  }

  /// Who that is. A user of an OIDC issuer is marked, so that they are never taken for the owner of
  /// an API key of the same name.
  public static Actor of(SecurityIdentity caller) {
    if (caller.isAnonymous()) {
      return Actor.AGGREGATOR;
    }
    Actor known = caller.getAttribute(ATTRIBUTE);
    return known == null ? Actor.user(OIDC + caller.getPrincipal().getName()) : known;
  }
}
