package dev.kumiai.aggregation.round;

import dev.kumiai.aggregation.run.AsynchronousRounds;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.aggregation.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The updates that wait for their round to close, and the tasks whose updates may still come. A
/// round closes when the buffer is full. It closes with less, but no less than the quorum, when its
/// deadline has passed or nobody is at work any more; below the quorum the run cannot go on.
///
/// @param arrived in the order in which they came
/// @param out still wanted
/// @param given up in this round; their sites get another task in the next
record Buffer(List<Task> arrived, List<Task> out, List<Task> given) {

  Buffer {
    arrived = List.copyOf(arrived);
    out = List.copyOf(out);
    given = List.copyOf(given);
  }

  /// What becomes of the round.
  sealed interface Outcome {
    /// More updates are to come.
    record Open() implements Outcome {}

    /// The round is made of these.
    record Closed(List<Task> updates) implements Outcome {}

    /// Too few came.
    ///
    /// @param reason a sentence that names site, task and problem
    record Missed(String reason) implements Outcome {}
  }

  Outcome outcome(Run run, RunState.Training round, Instant now) {
    int size = AsynchronousRounds.bufferSize(run.spec());
    int least = AsynchronousRounds.leastUpdates(run.spec());
    if (arrived.size() >= size) {
      return new Outcome.Closed(arrived.subList(0, size));
    }
    Duration deadline = Duration.ofSeconds(run.spec().round().deadlineSeconds());
    boolean late = !now.isBefore(round.since().plus(deadline));
    if (arrived.size() + toCome(round.round()) < least) {
      return new Outcome.Missed(reason(round.round(), least, ""));
    }
    if (!late && !out.isEmpty()) {
      return new Outcome.Open();
    }
    return arrived.size() >= least
        ? new Outcome.Closed(arrived)
        : new Outcome.Missed(
            reason(round.round(), least, " within " + deadline.toSeconds() + " s"));
  }

  /// The most updates that may still come before the round closes: a site that is at an older model
  /// may send that update and one of this round's.
  private long toCome(int round) {
    return out.size() + out.stream().filter(task -> task.round() < round).count();
  }

  private String reason(int round, int least, String within) {
    String missing =
        Stream.concat(given.stream(), out.stream())
            .limit(StageOutcome.MOST_NAMED)
            .map(StageOutcome::describe)
            .collect(Collectors.joining("; "));
    return "the buffer of round %d got %d of the %d updates it needs%s: %s"
        .formatted(round, arrived.size(), least, within, missing);
  }
}
