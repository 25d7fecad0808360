package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.config.LimitConfig;
import jakarta.inject.Provider;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import java.util.Set;

/// Cuts off every body that trickles, whoever reads it.
@jakarta.ws.rs.ext.Provider
public class SteadyBodies implements ContainerRequestFilter {

  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

  /// Filters are made while the application is built up, before there is configuration.
  private final Provider<LimitConfig> config;

  SteadyBodies(Provider<LimitConfig> config) {
    this.config = config;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    if (WITH_BODY.contains(request.getMethod())) {
      LimitConfig limits = config.get();
      request.setEntityStream(
          new SteadyBody(
              request.getEntityStream(),
              limits.slowestBody().asLongValue(),
              limits.patience(),
              System::nanoTime));
    }
  }
}
