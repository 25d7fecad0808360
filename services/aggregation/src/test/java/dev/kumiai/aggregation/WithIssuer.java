package dev.kumiai.aggregation;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An aggregator whose users may come from an issuer.
public class WithIssuer implements QuarkusTestResourceLifecycleManager {

  private @Nullable Issuer issuer;

  @Override
  public Map<String, String> start() {
    try {
      issuer = Issuer.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return config(issuer);
  }

  /// What somebody sets whose users come from there.
  static Map<String, String> config(Issuer issuer) {
    return Map.of(
        "quarkus.oidc.tenant-enabled", "true",
        "quarkus.oidc.auth-server-url", issuer.address().toString(),
        "quarkus.oidc.roles.role-claim-path", "realm_access/roles",
        "quarkus.oidc.token.forced-jwk-refresh-interval", "1ms",
        "quarkus.http.auth.roles-mapping.plant-watchers", "viewer",
        "quarkus.http.auth.roles-mapping.plant-admins", "admin");
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(issuer, new TestInjector.MatchesType(Issuer.class));
  }

  @Override
  public void stop() {
    if (issuer != null) {
      issuer.close();
    }
  }
}
