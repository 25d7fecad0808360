package dev.kumiai.aggregation.task;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Where a task stands. A transition is a method of the state that permits it.
///
/// ```
/// Pending -> Claimed -> Succeeded
///    ^          |-----> Failed
///    '----------'       (Pending, Claimed) -> Cancelled
/// ```
public sealed interface TaskState {

  /// Attempts made so far, the present one included. It fences: whoever comes with another number
  /// is refused.
  int attempt();

  /// The newest failure; null when there was none.
  @Nullable String problem();

  /// Still wanted.
  sealed interface Open extends TaskState {
    Cancelled cancel(Instant at);

    /// Not wanted any more, for a reason that its site is to know.
    default Cancelled cancel(Instant at, String why) {
      return cancel(at).because(why);
    }
  }

  /// Answered, given up or not wanted any more.
  sealed interface Over extends TaskState {
    @Nullable Instant started();

    Instant finished();
  }

  /// Waits for a worker.
  ///
  /// @param availableAt not to be handed out before
  record Pending(int attempt, Instant availableAt, @Nullable String problem) implements Open {

    /// Something keeps workers from it.
    Pending waits(String why) {
      return new Pending(attempt, availableAt, why);
    }

    public Claimed claim(Instant at, Duration lease) {
      return new Claimed(attempt + 1, at, at.plus(lease), 0, "", problem);
    }

    @Override
    public Cancelled cancel(Instant at) {
      return new Cancelled(attempt, null, at, problem);
    }
  }

  /// A worker holds its lease.
  ///
  /// @param fraction how far it is, 0 to 1
  /// @param stage what it does, for a person
  record Claimed(
      int attempt,
      Instant started,
      Instant leaseUntil,
      double fraction,
      String stage,
      @Nullable String problem)
      implements Open {

    public Claimed renew(Instant at, Duration lease, double nowAt, String nowDoing) {
      return new Claimed(attempt, started, at.plus(lease), nowAt, nowDoing, problem);
    }

    public Succeeded succeed(TaskResult result, Instant at) {
      return new Succeeded(attempt, started, at, problem, result);
    }

    /// The attempt failed; somebody tries again after a pause.
    public Pending retry(String why, Instant availableAt) {
      return new Pending(attempt, availableAt, why);
    }

    /// The attempt failed and there will be no other.
    public Failed fail(String why, Instant at) {
      return new Failed(attempt, started, at, why);
    }

    @Override
    public Cancelled cancel(Instant at) {
      return new Cancelled(attempt, started, at, problem);
    }
  }

  /// Answered.
  ///
  /// @param aggregatedIn of asynchronous rounds, the round that the update went into; null while it
  ///   waits, and otherwise
  record Succeeded(
      int attempt,
      Instant started,
      Instant finished,
      @Nullable String problem,
      TaskResult result,
      @Nullable Integer aggregatedIn)
      implements Over {

    public Succeeded(
        int attempt,
        Instant started,
        Instant finished,
        @Nullable String problem,
        TaskResult result) {
      this(attempt, started, finished, problem, result, null);
    }

    /// The update goes into a round, and into no other.
    public Succeeded aggregate(int round) {
      if (aggregatedIn != null) {
        throw new IllegalStateException("the update went into round " + aggregatedIn);
      }
      return new Succeeded(attempt, started, finished, problem, result, round);
    }
  }

  /// Out of attempts, or failed in a way that trying again cannot mend.
  record Failed(int attempt, Instant started, Instant finished, String problem) implements Over {}

  /// Not wanted any more.
  record Cancelled(
      int attempt, @Nullable Instant started, Instant finished, @Nullable String problem)
      implements Over {

    /// An answer came all the same, and does not count.
    public Cancelled late(String what) {
      return because(what);
    }

    private Cancelled because(String why) {
      return new Cancelled(attempt, started, finished, why);
    }
  }
}
