package dev.kumiai.aggregation.rest;

import dev.kumiai.core.KumiaiException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/// Takes API keys and site tokens from the header `Authorization: Bearer`. What looks like a JWT it
/// leaves to OIDC where that is on; keys and site tokens go on working then.
@Singleton
class BearerMechanism implements HttpAuthenticationMechanism {

  private static final String BEARER = "Bearer ";
  private static final Pattern JWT = Pattern.compile("[^.]+\\.[^.]+\\.[^.]*");

  private final Limits limits;
  private final boolean oidc;

  BearerMechanism(
      Limits limits, @ConfigProperty(name = "quarkus.oidc.tenant-enabled") boolean oidc) {
    this.limits = limits;
    this.oidc = oidc;
  }

  /// Before OIDC, which would take every bearer token for one of its own.
  @Override
  public int getPriority() {
    return DEFAULT_PRIORITY + 2;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext request, IdentityProviderManager identities) {
    String token = token(request);
    if (token == null) {
      return Uni.createFrom().nullItem();
    }
    RuntimeException tooMany = limits.afterFailures(request.request());
    if (tooMany != null) {
      return Uni.createFrom().failure(tooMany);
    }
    return oidc && JWT.matcher(token).matches()
        ? Uni.createFrom().nullItem()
        : identities
            .authenticate(
                HttpSecurityUtils.setRoutingContextAttribute(new BearerToken(token), request))
            .onFailure(KumiaiException.Unauthenticated.class)
            .invoke(() -> limits.failed(request.request()));
  }

  private static @Nullable String token(RoutingContext request) {
    String header = request.request().getHeader(HttpHeaderNames.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? header.substring(BEARER.length()).strip()
        : null;
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext request) {
    return Uni.createFrom()
        .item(new ChallengeData(401, HttpHeaderNames.WWW_AUTHENTICATE, BEARER.strip()));
  }

  @Override
  public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
    return Set.of(BearerToken.class);
  }
}
