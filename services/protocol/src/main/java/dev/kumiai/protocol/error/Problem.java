package dev.kumiai.protocol.error;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.kumiai.core.KumiaiException.Violation;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An error as RFC 9457 `application/problem+json`.
///
/// @param type a stable URI that names the kind of error; it ends with the error's code
/// @param title the kind of error in a few words
/// @param status the HTTP status
/// @param detail what, where and what to do
/// @param violations every single mistake in the input; left out where the detail says it all
public record Problem(
    @NotBlank @Size(max = 200) String type,
    @NotNull @Size(max = 200) String title,
    int status,
    @NotNull @Size(max = 4_000) String detail,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<Violation> violations) {

  public static final String MEDIA_TYPE = "application/problem+json";
  public static final String TYPE_PREFIX = "https://kumiai.dev/problems/";

  /// Code with which a worker that is being stopped gives its task back: nothing went wrong.
  public static final String WORKER_STOPPING = "worker-stopping";

  public Problem {
    violations = violations == null ? List.of() : List.copyOf(violations);
  }

  /// The stable code at the end of the type.
  public String code() {
    return type.startsWith(TYPE_PREFIX) ? type.substring(TYPE_PREFIX.length()) : type;
  }
}
