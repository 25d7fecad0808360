package dev.kumiai.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything that can go wrong without being a bug. Each error has a stable `code` (kebab-case,
/// part of the public interface: it ends the `type` URI of the problem+json that a caller sees) and
/// a message that says what, where and what to do. A subclass says how a caller should take it.
public abstract sealed class KumiaiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String code;

  private KumiaiException(String code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /// The stable name of this error, such as `update-digest-mismatch`.
  public String code() {
    return code;
  }

  /// One mistake in an input: where it is (a JSON pointer, a file, a parameter) and what is wrong
  /// with it.
  public record Violation(String where, String what) implements java.io.Serializable {}

  /// The input is wrong and stays wrong: the caller has to change it.
  public static final class Invalid extends KumiaiException {
    private static final long serialVersionUID = 1L;
    private final transient List<Violation> violations;

    public Invalid(String code, String message) {
      this(code, message, List.of(), null);
    }

    public Invalid(String code, String message, Throwable cause) {
      this(code, message, List.of(), cause);
    }

    public Invalid(String code, String message, List<Violation> violations) {
      this(code, message, violations, null);
    }

    private Invalid(
        String code, String message, List<Violation> violations, @Nullable Throwable cause) {
      super(code, message, cause);
      this.violations = List.copyOf(violations);
    }

    /// Every mistake that was found, not only the first; empty where the message says it all.
    public List<Violation> violations() {
      return violations;
    }
  }

  /// Nobody knows who is asking.
  public static final class Unauthenticated extends KumiaiException {
    private static final long serialVersionUID = 1L;

    public Unauthenticated(String code, String message) {
      super(code, message, null);
    }
  }

  /// The caller is known and may not do this.
  public static final class Forbidden extends KumiaiException {
    private static final long serialVersionUID = 1L;

    public Forbidden(String code, String message) {
      super(code, message, null);
    }
  }

  /// The thing that was named does not exist.
  public static final class NotFound extends KumiaiException {
    private static final long serialVersionUID = 1L;

    public NotFound(String code, String message) {
      super(code, message, null);
    }
  }

  /// The request contradicts what is recorded already.
  public static final class Conflict extends KumiaiException {
    private static final long serialVersionUID = 1L;

    public Conflict(String code, String message) {
      super(code, message, null);
    }
  }

  /// The request came too late: what it belongs to is over.
  public static final class Gone extends KumiaiException {
    private static final long serialVersionUID = 1L;

    public Gone(String code, String message) {
      super(code, message, null);
    }
  }

  /// There is no room to keep what was sent.
  public static final class StorageFull extends KumiaiException {
    private static final long serialVersionUID = 1L;

    public StorageFull(String code, String message) {
      super(code, message, null);
    }
  }

  /// Something this depends on failed or did not answer; the same request may succeed later.
  public static final class Unavailable extends KumiaiException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String code, String message, @Nullable Throwable cause) {
      super(code, message, cause);
    }
  }

  /// The work was cancelled by whoever asked for it.
  public static final class Cancelled extends KumiaiException {
    private static final long serialVersionUID = 1L;

    public Cancelled(String message) {
      super("cancelled", message, null);
    }
  }
}
