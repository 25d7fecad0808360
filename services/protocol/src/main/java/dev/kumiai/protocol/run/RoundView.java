package dev.kumiai.protocol.run;

import dev.kumiai.core.Digest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One round of a run. Round 0 is what happened before the first: initial weights and generation.
///
/// @param incarnation how often the run had been retried before it
/// @param supersededBy the incarnation that did the round again, so that this one does not count;
///   null where it counts
/// @param model digest of the global model that came out; null while the round goes on
/// @param accuracy of that model, 0 to 1; null where it was not measured
/// @param loss of that model, mean cross-entropy in nats; null where it was not measured
/// @param tasks of this round, in the order of their sites
public record RoundView(
    int round,
    int incarnation,
    @Nullable Integer supersededBy,
    @Nullable Digest model,
    @Nullable Double accuracy,
    @Nullable Double loss,
    Instant started,
    @Nullable Instant finished,
    List<TaskView> tasks) {

  public RoundView {
    tasks = List.copyOf(tasks);
  }
}
