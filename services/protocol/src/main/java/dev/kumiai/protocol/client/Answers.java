package dev.kumiai.protocol.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.error.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Turns what went wrong between here and an aggregator into the error that a caller understands.
final class Answers {

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int GONE = 410;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;
  private static final int INSUFFICIENT_STORAGE = 507;

  private Answers() {}

  /// The error that a status of 300 or more stands for. A problem+json of the aggregator's keeps
  /// its code; anything else came from something in between.
  static KumiaiException refusal(
      ObjectMapper json, Call call, URI uri, HttpResponse<byte[]> response) {
    String type = response.headers().firstValue("Content-Type").orElse("");
    if (!type.startsWith(Problem.MEDIA_TYPE)) {
      return unusable(call, uri, response, null);
    }
    try {
      return exception(response.statusCode(), json.readValue(response.body(), Problem.class));
    } catch (IOException e) {
      return unusable(call, uri, response, e);
    }
  }

  private static KumiaiException exception(int status, Problem problem) {
    String code = problem.code();
    String detail = Objects.requireNonNullElse(problem.detail(), problem.title());
    return switch (status) {
      case UNAUTHORIZED -> new KumiaiException.Unauthenticated(code, detail);
      case FORBIDDEN -> new KumiaiException.Forbidden(code, detail);
      case NOT_FOUND -> new KumiaiException.NotFound(code, detail);
      case CONFLICT -> new KumiaiException.Conflict(code, detail);
      case GONE -> new KumiaiException.Gone(code, detail);
      case INSUFFICIENT_STORAGE -> new KumiaiException.StorageFull(code, detail);
      case TOO_MANY_REQUESTS -> new KumiaiException.Unavailable(code, detail, null);
      default ->
          status >= SERVER_ERRORS
              ? new KumiaiException.Unavailable(code, detail, null)
              : new KumiaiException.Invalid(
                  code, detail, Objects.requireNonNullElse(problem.violations(), List.of()));
    };
  }

  static KumiaiException.Unavailable unusable(
      Call call, URI uri, HttpResponse<?> response, @Nullable Throwable cause) {
    return new KumiaiException.Unavailable(
        AggregatorClient.UNUSABLE,
        "%s %s answered %d in a form that is not Kumiai's; check that the address is an aggregator's"
            .formatted(call.method(), uri, response.statusCode()),
        cause);
  }

  static KumiaiException.Unavailable silent(Call call, URI uri, Throwable cause) {
    return new KumiaiException.Unavailable(
        AggregatorClient.SILENT,
        "%s %s was silent for %d s".formatted(call.method(), uri, call.patience().toSeconds()),
        cause);
  }

  static KumiaiException.Unavailable unreachable(Call call, URI uri, @Nullable Throwable cause) {
    String reason =
        cause == null || cause.getMessage() == null ? "connection failed" : cause.getMessage();
    return new KumiaiException.Unavailable(
        AggregatorClient.UNREACHABLE,
        "%s %s: %s; check that the aggregator runs and that its address is right"
            .formatted(call.method(), uri, reason),
        cause);
  }
}
