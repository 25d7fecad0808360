package dev.kumiai.aggregation.run;

import dev.kumiai.protocol.run.RunPhase;
import org.jspecify.annotations.Nullable;

/// The states of a run as its users are told of them.
public final class RunPhases {

  private RunPhases() {}

  public static RunPhase of(RunState state) {
    return switch (state) {
      case RunState.Initializing _ -> RunPhase.INITIALIZING;
      case RunState.Generating _ -> RunPhase.GENERATING;
      case RunState.Training _, RunState.Aggregating _, RunState.Evaluating _ -> RunPhase.TRAINING;
      case RunState.Ready _ -> RunPhase.READY;
      case RunState.Suspended _ -> RunPhase.SUSPENDED;
      case RunState.Succeeded _ -> RunPhase.SUCCEEDED;
      case RunState.Failed _ -> RunPhase.FAILED;
      case RunState.Cancelled _ -> RunPhase.CANCELLED;
    };
  }

  /// Why it is on hold, failed or was cancelled; null otherwise.
  public static @Nullable String reason(RunState state) {
    return switch (state) {
      case RunState.Suspended suspended -> suspended.reason();
      case RunState.Failed failed -> failed.reason();
      case RunState.Cancelled cancelled -> cancelled.reason();
      case RunState.Active _, RunState.Succeeded _ -> null;
    };
  }
}
