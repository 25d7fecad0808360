package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.run.Outage;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.protocol.client.AggregatorClient;
import dev.kumiai.protocol.error.Problem;
import io.quarkus.security.AuthenticationFailedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Every error leaves as problem+json.
class Problems {

  private static final Logger LOG = Logger.getLogger(Problems.class);

  private static final int REQUEST_TIMEOUT = 408;
  private static final int CONTENT_TOO_LARGE = 413;
  private static final Set<String> TOO_LARGE = Set.of("upload-too-large", "body-too-large");
  private static final int INSUFFICIENT_STORAGE = 507;

  private final Outage outage;

  Problems(Outage outage) {
    this.outage = outage;
  }

  @ServerExceptionMapper
  public Response expected(KumiaiException error) {
    int status = status(error);
    List<Violation> violations =
        error instanceof KumiaiException.Invalid invalid ? invalid.violations() : List.of();
    Response.ResponseBuilder response =
        problem(status, error.code(), String.valueOf(error.getMessage()), violations);
    if (status == REQUEST_TIMEOUT) {
      // What is still to come of the body is not waited for.
      response.header("Connection", "close");
    }
    if (error instanceof KumiaiException.Unauthenticated) {
      response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    return response.build();
  }

  /// An OIDC token that does not pass; why not is for our log, which Quarkus writes at debug level.
  @ServerExceptionMapper
  public Response refused(AuthenticationFailedException error) {
    return expected(
        new KumiaiException.Unauthenticated(
            "access-token-invalid",
            "this access token is not valid here: it has expired, or is of another issuer or for"
                + " another audience"));
  }

  private static int status(KumiaiException error) {
    return switch (error) {
      case KumiaiException.Invalid invalid ->
          invalid.code().equals(SteadyBody.TOO_SLOW)
              ? REQUEST_TIMEOUT
              : TOO_LARGE.contains(invalid.code()) ? CONTENT_TOO_LARGE : 400;
      case KumiaiException.Unauthenticated _ -> 401;
      case KumiaiException.Forbidden _ -> 403;
      case KumiaiException.NotFound _ -> 404;
      case KumiaiException.Conflict _, KumiaiException.Cancelled _ -> 409;
      case KumiaiException.Gone _ -> 410;
      case KumiaiException.Unavailable _ -> 503;
      case KumiaiException.StorageFull _ -> INSUFFICIENT_STORAGE;
    };
  }

  /// What the framework refuses: unknown paths, methods, media types.
  @ServerExceptionMapper
  public Response refused(WebApplicationException error, UriInfo uri) {
    if (error.getCause() instanceof KumiaiException expected) {
      return expected(expected);
    }
    Response refusal = error.getResponse();
    int status = refusal.getStatus();
    if (status >= 500) {
      return bug(error);
    }
    String detail =
        switch (status) {
          case 404 -> "there is nothing at " + uri.getPath();
          case 405 -> uri.getPath() + " does not know this method";
          case 406 -> "the answer cannot be had in an accepted media type";
          case 429 -> "too many requests (kumiai.limits): wait as long as Retry-After says";
          case 415 -> "the body is of another media type than this takes";
          default -> refusal.getStatusInfo().getReasonPhrase();
        };
    String code = refusal.getStatusInfo().getReasonPhrase().toLowerCase(Locale.ROOT);
    Response.ResponseBuilder response = problem(status, code.replace(' ', '-'), detail, List.of());
    for (String header : List.of(HttpHeaders.ALLOW, HttpHeaders.RETRY_AFTER)) {
      String value = refusal.getHeaderString(header);
      if (value != null) {
        response.header(header, value);
      }
    }
    return response.build();
  }

  /// What is wrong here is for our log, not for the caller.
  @ServerExceptionMapper
  public Response bug(Throwable error) {
    if (outage.is(error)) {
      LOG.warnf("request failed, the database is away: %s", error.getMessage());
      return expected(
          new KumiaiException.Unavailable(
              AggregatorClient.DATABASE_AWAY,
              "the aggregator's database is away: try again in a moment",
              error));
    }
    if (outage.isFull(error)) {
      LOG.warnf("request failed, the database's disk is full: %s", error.getMessage());
      return expected(
          new KumiaiException.StorageFull(
              "storage-full",
              "the disk of the aggregator's database is full: make room and try again"));
    }
    LOG.error("request failed", error);
    return problem(500, "internal-error", "the aggregator has a bug: its log says which", List.of())
        .build();
  }

  static Response.ResponseBuilder problem(
      int status, String code, String detail, List<Violation> violations) {
    return Response.status(status)
        .type(Problem.MEDIA_TYPE)
        .entity(
            new Problem(
                Problem.TYPE_PREFIX + code, code.replace('-', ' '), status, detail, violations));
  }
}
