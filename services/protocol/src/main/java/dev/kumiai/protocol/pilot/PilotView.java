package dev.kumiai.protocol.pilot;

import dev.kumiai.core.PilotId;
import dev.kumiai.core.RunId;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.run.RunPhase;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A pilot as its user sees it.
///
/// @param planned runs that it is made of
/// @param reason why it failed or was cancelled; null otherwise
/// @param runs that were started, the first one first
public record PilotView(
    PilotId pilot,
    PilotSpec spec,
    PilotPhase phase,
    int planned,
    @Nullable String reason,
    Instant created,
    @Nullable Instant finished,
    List<Started> runs) {

  public PilotView {
    runs = List.copyOf(runs);
  }

  /// A run of the pilot.
  ///
  /// @param number from 0 on, in the order of their start
  /// @param repetition its index in the spec
  /// @param amount what it adds; null for an arm that adds nothing
  public record Started(
      int number, int repetition, Arm arm, @Nullable Amount amount, RunId run, RunPhase phase) {}
}
