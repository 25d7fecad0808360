package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.access.Actor;
import dev.kumiai.aggregation.access.Actors;
import dev.kumiai.aggregation.site.Worker;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.access.Role;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.quarkus.vertx.http.runtime.security.HttpSecurityRecorder.DefaultAuthFailureHandler;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lets a request through when its row of [Access] does, before anybody looks at its body. It has
/// no name, so Quarkus asks it about every request, whatever serves it.
@Singleton
class AccessPolicy implements HttpSecurityPolicy {

  private final Limits limits;
  private final SiteCertificates certificates;

  AccessPolicy(Limits limits, SiteCertificates certificates) {
    this.limits = limits;
    this.certificates = certificates;
  }

  @Override
  public Uni<CheckResult> checkPermission(
      RoutingContext request, Uni<SecurityIdentity> identity, AuthorizationRequestContext context) {
    return identity.flatMap(
        caller -> {
          RuntimeException tooMany = limits.count(caller, request.request());
          RuntimeException refusal = tooMany == null ? refusal(request, caller) : tooMany;
          if (refusal == null) {
            return CheckResult.permit();
          }
          // Without the mark its mapper, which makes the problem+json, would not be asked.
          DefaultAuthFailureHandler.markIfOtherAuthenticationFailure(request, refusal);
          return Uni.createFrom().failure(refusal);
        });
  }

  private @Nullable RuntimeException refusal(RoutingContext request, SecurityIdentity caller) {
    String path = request.normalizedPath();
    Access row = Access.of(request.request().method().name(), path).orElse(null);
    if (row == null) {
      return caller.isAnonymous() ? missing(Access.Who.VIEWER) : nothingThere(path);
    }
    if (permits(row.who(), caller)) {
      Worker worker = caller.getAttribute(Callers.WORKER);
      return worker == null ? null : certificates.refusal(worker.site(), request.request());
    }
    return caller.isAnonymous() ? missing(row.who()) : forbidden(row.who(), caller);
  }

  private static boolean permits(Access.Who who, SecurityIdentity caller) {
    Role least = who.least();
    return who == Access.Who.ANYBODY
        || (least != null && Callers.has(caller, least))
        || (who.sites() && caller.getAttribute(Callers.WORKER) != null);
  }

  private static RuntimeException nothingThere(String path) {
    List<String> methods = Access.methods(path);
    return methods.isEmpty()
        ? new NotFoundException()
        : new NotAllowedException(
            methods.getFirst(), methods.subList(1, methods.size()).toArray(String[]::new));
  }

  private static KumiaiException missing(Access.Who who) {
    return who == Access.Who.SITE
        ? new KumiaiException.Unauthenticated(
            "site-token-missing",
            "this is for workers: send 'Authorization: Bearer' with the site token of the"
                + " enrolment")
        : new KumiaiException.Unauthenticated(
            "credential-missing",
            "say who you are: send 'Authorization: Bearer' with an API key (kumiai takes it from"
                + " --api-key-file FILE or KUMIAI_API_KEY; the first one is in the file api-key of"
                + " the aggregator's data folder)");
  }

  private static KumiaiException forbidden(Access.Who who, SecurityIdentity caller) {
    Actor actor = Actors.of(caller);
    Role least = who.least();
    String needed =
        least == null ? "it is for workers of sites" : "it takes the role " + Callers.name(least);
    return new KumiaiException.Forbidden(
        "role-insufficient",
        "%s '%s' may not do this: %s"
            .formatted(actor.kind() == Actor.Kind.SITE ? "site" : "user", actor.name(), needed));
  }
}
