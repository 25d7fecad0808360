package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.core.Digest;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The state of a run as columns of its row.
final class RunStateColumns {

  private RunStateColumns() {}

  /// Names of states in the table; stable, whatever the classes are called.
  private enum Name {
    INITIALIZING,
    GENERATING,
    READY,
    TRAINING,
    AGGREGATING,
    EVALUATING,
    SUSPENDED,
    SUCCEEDED,
    FAILED,
    CANCELLED
  }

  private static Name name(RunState state) {
    return switch (state) {
      case RunState.Initializing _ -> Name.INITIALIZING;
      case RunState.Generating _ -> Name.GENERATING;
      case RunState.Ready _ -> Name.READY;
      case RunState.Training _ -> Name.TRAINING;
      case RunState.Aggregating _ -> Name.AGGREGATING;
      case RunState.Evaluating _ -> Name.EVALUATING;
      case RunState.Suspended _ -> Name.SUSPENDED;
      case RunState.Succeeded _ -> Name.SUCCEEDED;
      case RunState.Failed _ -> Name.FAILED;
      case RunState.Cancelled _ -> Name.CANCELLED;
    };
  }

  static void write(RunState state, RunEntity row) {
    row.state = name(state).name();
    row.round = state.round();
    Digest model = state.model();
    row.model = model == null ? null : model.hex();
    switch (state) {
      case RunState.Active active -> row.since = active.since();
      case RunState.Suspended suspended -> row.since = suspended.since();
      case RunState.Over _ -> {
        // since when it was in the state before stays
      }
    }
    row.finished = state instanceof RunState.Over over ? over.finished() : null;
    row.held = state instanceof RunState.Suspended suspended ? name(suspended.held()).name() : null;
    row.reason =
        switch (state) {
          case RunState.Suspended suspended -> suspended.reason();
          case RunState.Failed failed -> failed.reason();
          case RunState.Cancelled cancelled -> cancelled.reason();
          case RunState.Active _, RunState.Succeeded _ -> null;
        };
  }

  static RunState read(RunEntity row) {
    return read(Name.valueOf(row.state), row);
  }

  private static RunState read(Name name, RunEntity row) {
    Instant since = row.since;
    return switch (name) {
      case INITIALIZING -> new RunState.Initializing(since);
      case GENERATING -> new RunState.Generating(model(row), since);
      case READY -> new RunState.Ready(row.round, model(row), since);
      case TRAINING -> new RunState.Training(row.round, model(row), since);
      case AGGREGATING -> new RunState.Aggregating(row.round, model(row), since);
      case EVALUATING -> new RunState.Evaluating(row.round, model(row), since);
      case SUSPENDED -> new RunState.Suspended(held(row), reason(row), since);
      case SUCCEEDED -> new RunState.Succeeded(row.round, model(row), finished(row));
      case FAILED -> new RunState.Failed(row.round, modelOrNull(row), reason(row), finished(row));
      case CANCELLED ->
          new RunState.Cancelled(row.round, modelOrNull(row), reason(row), finished(row));
    };
  }

  private static RunState.Active held(RunEntity row) {
    return (RunState.Active) read(Name.valueOf(Objects.requireNonNull(row.held)), row);
  }

  private static Digest model(RunEntity row) {
    return new Digest(Objects.requireNonNull(row.model));
  }

  private static @Nullable Digest modelOrNull(RunEntity row) {
    return row.model == null ? null : new Digest(row.model);
  }

  private static Instant finished(RunEntity row) {
    return Objects.requireNonNull(row.finished);
  }

  private static String reason(RunEntity row) {
    return Objects.requireNonNull(row.reason);
  }
}
