package dev.kumiai.worker;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.protocol.error.Problem;
import java.util.List;

/// What a failed attempt tells the aggregator: never a stack trace, and of an unexpected error not
/// even the message, for it might quote a sample.
final class Failures {

  private static final int WRONG_INPUT = 422;
  private static final int BUG = 500;
  private static final int UNAVAILABLE = 503;
  private static final int STORAGE_FULL = 507;
  private static final int LONGEST_DETAIL = 2_000;

  private Failures() {}

  /// The worker ends; the task should go to somebody else at once.
  static Problem stopping() {
    return problem(
        Problem.WORKER_STOPPING,
        "The worker is being stopped",
        UNAVAILABLE,
        "the worker is being stopped");
  }

  /// @param site whose folders are named from the site on: where it keeps them is its own affair
  static Problem of(Throwable thrown, SiteFolder site) {
    Problem problem = of(thrown);
    String parent = String.valueOf(site.path().getParent()) + '/';
    return new Problem(
        problem.type(),
        problem.title(),
        problem.status(),
        problem.detail().replace(parent, ""),
        problem.violations());
  }

  private static Problem of(Throwable thrown) {
    return switch (thrown) {
      case KumiaiException.Unavailable e -> failed(e, UNAVAILABLE);
      // The token was refused on the way, or somebody stopped what nobody had asked to stop:
      // nothing is wrong with the
      // task.
      case KumiaiException.Unauthenticated e -> failed(e, UNAVAILABLE);
      case KumiaiException.Cancelled e -> failed(e, UNAVAILABLE);
      case KumiaiException.StorageFull e -> failed(e, STORAGE_FULL);
      case KumiaiException.Invalid e -> impossible(e, e.violations());
      case KumiaiException e -> impossible(e, List.of());
      case OutOfMemoryError _ ->
          problem(
              "worker-out-of-memory",
              "The task failed",
              BUG,
              "the worker ran out of memory; give it more or make batches smaller");
      default ->
          problem(
              "worker-internal-error",
              "The task failed",
              BUG,
              "an unexpected error ("
                  + thrown.getClass().getSimpleName()
                  + "); the worker's log has the details");
    };
  }

  private static Problem failed(KumiaiException e, int status) {
    return problem(e.code(), "The task failed", status, message(e));
  }

  private static Problem impossible(KumiaiException e, List<KumiaiException.Violation> violations) {
    return new Problem(
        Problem.TYPE_PREFIX + e.code(),
        "The task cannot be done here",
        WRONG_INPUT,
        message(e),
        violations);
  }

  private static Problem problem(String code, String title, int status, String detail) {
    return new Problem(Problem.TYPE_PREFIX + code, title, status, detail, List.of());
  }

  private static String message(KumiaiException e) {
    String message = String.valueOf(e.getMessage());
    return message.substring(0, Math.min(message.length(), LONGEST_DETAIL));
  }
}
