package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.site.Sites;
import dev.kumiai.core.KumiaiException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;

/// Finds out whose worker is calling, before its body is looked at.
@SiteOnly
@Provider
public class SiteTokenFilter implements ContainerRequestFilter {

  private static final String BEARER = "Bearer ";

  private final Sites sites;
  private final Caller caller;

  SiteTokenFilter(Sites sites, Caller caller) {
    this.sites = sites;
    this.caller = caller;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    String authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
    if (authorization == null || !authorization.startsWith(BEARER)) {
      throw new KumiaiException.Unauthenticated(
          "site-token-missing",
          "this is for workers: send 'Authorization: Bearer' with the site token of the enrolment");
    }
    caller.is(sites.authenticate(authorization.substring(BEARER.length()).strip()));
  }
}
