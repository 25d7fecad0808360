package dev.kumiai.generation.remote;

import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpHeaders;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What goes wrong at an image service, told without its answers, which may quote prompts.
final class RemoteErrors {

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;

  /// Codes with which a 429 says that waiting does not help.
  private static final Set<String> NO_MONEY =
      Set.of("insufficient_quota", "billing_hard_limit_reached");

  private final String name;

  RemoteErrors(String name) {
    this.name = name;
  }

  /// Throws what stays wrong, and returns what may pass.
  ///
  /// @param code of the error, as the service calls it
  Passing refused(int status, HttpHeaders headers, @Nullable String code) {
    String answer = code == null ? String.valueOf(status) : status + ", " + code;
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      throw new KumiaiException.Invalid(
          "remote-credentials-refused",
          "remote:%s does not let this site in (%s): set kumiai.generation.remote.%s.api-key to a valid key"
              .formatted(name, answer, name));
    }
    if (code != null && NO_MONEY.contains(code)) {
      throw new KumiaiException.Forbidden(
          "remote-quota-used-up",
          "remote:%s has no quota left for this site (%s): raise it at the service, then run again"
              .formatted(name, answer));
    }
    if (status == TOO_MANY_REQUESTS) {
      return passing(
          "remote-busy",
          "remote:%s takes no more requests now (%s): set kumiai.generation.remote.%s.requests-per-minute to what it allows"
              .formatted(name, answer, name),
          null,
          pause(headers));
    }
    if (status == REQUEST_TIMEOUT || status >= SERVER_ERRORS) {
      return passing(
          "remote-unavailable",
          "remote:%s does not work (%s): see whether it is up".formatted(name, answer),
          null,
          pause(headers));
    }
    throw new KumiaiException.Invalid(
        "remote-refused",
        "remote:%s refused a request (%s): see whether it knows the model and size of kumiai.generation.remote.%s, and takes such prompts"
            .formatted(name, answer, name));
  }

  Passing silent(Duration timeout, Throwable cause) {
    return passing(
        "remote-timeout",
        "remote:%s did not answer within %d s: give it more with kumiai.generation.remote.%s.timeout"
            .formatted(name, timeout.toSeconds(), name),
        cause,
        null);
  }

  /// What broke on the way. Throws what stays wrong.
  Passing broken(Duration timeout, Throwable cause) {
    if (cause instanceof HttpTimeoutException) {
      return silent(timeout, cause);
    }
    if (String.valueOf(cause.getMessage()).contains("body exceeds")) {
      throw tooLarge();
    }
    if (!(cause instanceof IOException)) {
      throw new IllegalStateException(cause);
    }
    return passing(
        "remote-unreachable",
        cause instanceof ConnectException || cause instanceof UnresolvedAddressException
            ? "remote:%s cannot be reached: see kumiai.generation.remote.%s.url"
                .formatted(name, name)
            : "the connection to remote:%s broke: see whether it is up".formatted(name),
        cause,
        null);
  }

  KumiaiException tooLarge() {
    return new KumiaiException.Invalid(
        "remote-answer-too-large",
        "remote:%s sent more than %d MiB for one image: set kumiai.generation.remote.%s.size"
            .formatted(name, ImagesEndpoint.MOST_ANSWER_BYTES >> 20, name));
  }

  /// An answer that is none. It may come from something in between, and is not asked for again at
  /// once, because it may cost.
  KumiaiException unusable(String what) {
    return new KumiaiException.Unavailable(
        "remote-answer-unusable",
        "the answer of remote:%s %s: see whether kumiai.generation.remote.%s.url is an images endpoint of OpenAI's protocol"
            .formatted(name, what, name),
        null);
  }

  KumiaiException noImage() {
    return unusable("holds no PNG or JPEG that can be read");
  }

  private static Passing passing(
      String code, String message, @Nullable Throwable cause, @Nullable Duration pause) {
    return new Passing(new KumiaiException.Unavailable(code, message, cause), pause);
  }

  /// `Retry-After` (RFC 9110, 10.2.3): seconds or a date.
  private static @Nullable Duration pause(HttpHeaders headers) {
    String value = headers.firstValue("Retry-After").orElse("").strip();
    if (value.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      ZonedDateTime until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration pause = Duration.between(Clock.systemUTC().instant(), until);
      return pause.isNegative() ? Duration.ZERO : pause;
    } catch (DateTimeException _) {
      return null;
    }
  }
}
