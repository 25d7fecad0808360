package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.access.Actor;
import dev.kumiai.aggregation.access.Actors;
import dev.kumiai.aggregation.access.ApiKey;
import dev.kumiai.aggregation.access.ApiKeys;
import dev.kumiai.aggregation.site.Sites;
import dev.kumiai.aggregation.site.Worker;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.access.Role;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/// Finds out who showed a token.
@Singleton
class Callers implements IdentityProvider<BearerToken> {

  /// Under which the identity of a worker carries its [Worker].
  static final String WORKER = "kumiai.worker";

  private final ApiKeys keys;
  private final Sites sites;

  Callers(ApiKeys keys, Sites sites) {
    this.keys = keys;
    this.sites = sites;
  }

  @Override
  public Class<BearerToken> getRequestType() {
    return BearerToken.class;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      BearerToken token, AuthenticationRequestContext context) {
    return context.runBlocking(
        () ->
            keys.authenticate(token.text())
                .map(Callers::user)
                .orElseGet(() -> worker(token.text())));
  }

  private SecurityIdentity worker(String token) {
    if (token.startsWith(ApiKeys.PREFIX)) {
      throw new KumiaiException.Unauthenticated(
          "api-key-unknown", "this aggregator gave no such API key to anybody: check which it is");
    }
    Worker worker = sites.authenticate(token);
    return identity(Actor.site(worker.site().value()), Set.of("site"))
        .addAttribute(WORKER, worker)
        .build();
  }

  private static SecurityIdentity user(ApiKey key) {
    return identity(Actor.user(key.name()), Set.of(name(key.role()))).build();
  }

  private static QuarkusSecurityIdentity.Builder identity(Actor actor, Set<String> roles) {
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(new QuarkusPrincipal(actor.name()))
        .addRoles(roles)
        .addAttribute(Actors.ATTRIBUTE, actor);
  }

  /// Whether a caller has that role or one that includes it, by API key or by OIDC.
  static boolean has(SecurityIdentity caller, Role least) {
    return Arrays.stream(Role.values())
        .anyMatch(role -> role.includes(least) && caller.hasRole(name(role)));
  }

  static String name(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
