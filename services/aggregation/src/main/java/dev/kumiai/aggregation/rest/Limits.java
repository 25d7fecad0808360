package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.access.Actor;
import dev.kumiai.aggregation.access.Actors;
import dev.kumiai.aggregation.access.Buckets;
import dev.kumiai.aggregation.config.LimitConfig;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How much one caller may ask for.
@Singleton
class Limits {

  private static final int BURST_SECONDS = 5;
  private static final double A_MINUTE = 60;

  private final Buckets requests;
  private final Buckets failures;

  Limits(LimitConfig config) {
    this.requests =
        new Buckets(
            config.requestsPerSecond(),
            (double) config.requestsPerSecond() * BURST_SECONDS,
            System::nanoTime);
    this.failures =
        new Buckets(
            config.failuresPerMinute() / A_MINUTE, config.failuresPerMinute(), System::nanoTime);
  }

  /// Counts a request.
  ///
  /// @return the refusal of one too many; else null
  @Nullable RuntimeException count(SecurityIdentity caller, HttpServerRequest request) {
    Actor actor = Actors.of(caller);
    String who = caller.isAnonymous() ? address(request) : actor.kind() + ":" + actor.name();
    return refusal(requests.take(who));
  }

  /// The refusal of an address that showed too many wrong credentials; else null.
  @Nullable RuntimeException afterFailures(HttpServerRequest request) {
    return refusal(failures.look(address(request)));
  }

  /// Counts a wrong credential.
  void failed(HttpServerRequest request) {
    failures.take(address(request));
  }

  private static String address(HttpServerRequest request) {
    return "address:" + request.remoteAddress().hostAddress();
  }

  private static @Nullable RuntimeException refusal(Duration wait) {
    return wait.isZero()
        ? null
        : new ClientErrorException(
            Response.status(Response.Status.TOO_MANY_REQUESTS)
                .header(HttpHeaders.RETRY_AFTER, wait.plusMillis(999).toSeconds())
                .build());
  }
}
