package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.config.LimitConfig;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
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

  private final CurrentVertxRequest current;

  SteadyBodies(Provider<LimitConfig> config, CurrentVertxRequest current) {
    this.config = config;
    this.current = current;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    if (WITH_BODY.contains(request.getMethod())) {
      LimitConfig limits = config.get();
      RoutingContext http = current.getCurrent();
      request.setEntityStream(
          new SteadyBody(
              request.getEntityStream(),
              limits.slowestBody().asLongValue(),
              limits.patience(),
              System::nanoTime,
              () -> hangUp(http)));
    }
  }

  /// After the answer: the rest of the body would go on to trickle in for as long as its sender
  /// likes.
  private static void hangUp(RoutingContext http) {
    http.addEndHandler(_ -> http.request().connection().close());
  }
}
