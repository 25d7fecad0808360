package dev.kumiai.protocol.ledger;

import dev.kumiai.core.Digest;
import dev.kumiai.core.SiteId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A round that was aggregated anew from the stored updates.
///
/// @param incarnation tells the round from one that was done again
/// @param sites whose updates were aggregated, in canonical order
/// @param recorded the model as it is recorded
/// @param recomputed the model that came out; null when none did
/// @param differentStates the names of the strategy's states that came out other than they are
///   recorded
/// @param problems why none did, each as a sentence: files that are no longer kept, say
/// @param seconds that it took
public record RoundReplay(
    int round,
    int incarnation,
    List<SiteId> sites,
    Digest recorded,
    @Nullable Digest recomputed,
    List<String> differentStates,
    List<String> problems,
    double seconds) {

  public RoundReplay {
    sites = List.copyOf(sites);
    differentStates = List.copyOf(differentStates);
    problems = List.copyOf(problems);
  }

  /// What came of it.
  public enum Outcome {
    /// The same, to the last bit.
    SAME,
    DIFFERENT,
    /// It cannot be computed any more.
    IMPOSSIBLE
  }

  public Outcome outcome() {
    if (!problems.isEmpty()) {
      return Outcome.IMPOSSIBLE;
    }
    return recorded.equals(recomputed) && differentStates.isEmpty()
        ? Outcome.SAME
        : Outcome.DIFFERENT;
  }
}
