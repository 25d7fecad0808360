package dev.kumiai.generation.prompt;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.generation.remote.Passing;
import dev.langchain4j.exception.HttpException;
import jakarta.ws.rs.WebApplicationException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// What goes wrong at a chat model, told without its answers, which may quote prompts.
final class LlmErrors {

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERRORS = 500;

  private final String name;

  LlmErrors(String name) {
    this.name = name;
  }

  /// Throws what stays wrong, and returns what may pass.
  Passing of(Throwable thrown) {
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      switch (e) {
        case WebApplicationException answer -> {
          return refused(
              answer.getResponse().getStatus(),
              pause(answer.getResponse().getHeaderString("Retry-After")),
              thrown);
        }
        case HttpException answer -> {
          return refused(answer.statusCode(), null, thrown);
        }
        case TimeoutException _ -> {
          return unavailable("did not answer in time", null, thrown);
        }
        default -> {
          // perhaps its cause tells
        }
      }
    }
    // The client fails in many ways at an answer that is none.
    return unavailable("cannot be reached, or answers what is none", null, thrown);
  }

  private Passing refused(int status, @Nullable Duration pause, Throwable thrown) {
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      throw new KumiaiException.Invalid(
          "llm-credentials-refused",
          "llm:%s does not let this site in (%d): set kumiai.generation.llm.%s.api-key to a valid key"
              .formatted(name, status, name));
    }
    if (status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS || status >= SERVER_ERRORS) {
      return unavailable("does not work (%d)".formatted(status), pause, thrown);
    }
    throw new KumiaiException.Invalid(
        "llm-refused",
        "llm:%s refused a request (%d): see whether it knows the model of kumiai.generation.llm.%s"
            .formatted(name, status, name));
  }

  Passing unavailable(String what, @Nullable Duration pause, Throwable cause) {
    return new Passing(
        new KumiaiException.Unavailable(
            "llm-unavailable",
            "llm:%s %s: see kumiai.generation.llm.%s, and whether the model is up"
                .formatted(name, what, name),
            cause),
        pause);
  }

  KumiaiException unusable(String why) {
    return new KumiaiException.Invalid(
        "llm-answer-unusable",
        "llm:%s was asked twice for descriptions, and its last answer %s: name another model, or choose the prompts MULTIPLE"
            .formatted(name, why));
  }

  private static @Nullable Duration pause(@Nullable String seconds) {
    return seconds != null && seconds.strip().matches("[0-9]{1,9}")
        ? Duration.ofSeconds(Long.parseLong(seconds.strip()))
        : null;
  }
}
