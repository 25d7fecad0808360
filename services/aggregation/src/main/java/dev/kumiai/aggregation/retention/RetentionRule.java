package dev.kumiai.aggregation.retention;

import dev.kumiai.aggregation.run.AsynchronousRounds;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.RunState;
import dev.kumiai.protocol.run.RetentionSpec;
import org.jspecify.annotations.Nullable;

/// Whether a run needs a file, now or by what was asked for.
///
/// Whatever was asked for, these are kept: the model that the run started from, its newest model,
/// and, while it is not over, everything that its next round may need.
final class RetentionRule {

  private RetentionRule() {}

  static boolean keeps(Run run, Reference file) {
    int newest = run.state().round();
    if (!(run.state() instanceof RunState.Over) && isNeeded(run, file, newest)) {
      return true;
    }
    if (file.role() == Reference.Role.MODEL
        && (file.round() == 0 || file.digest().equals(run.state().model()))) {
      return true;
    }
    @Nullable RetentionSpec asked = run.spec().retention();
    return asked == null
        || switch (asked.updates()) {
          case ALL -> true;
          case LAST_ROUNDS -> file.round() > newest - asked.lastRounds();
          case NONE ->
              file.role() == Reference.Role.MODEL
                  || (file.role() == Reference.Role.STATE && file.round() == newest);
        };
  }

  /// A round needs the model and the states of the one before. An asynchronous one also needs the
  /// models that late updates were trained from, and the updates that wait.
  private static boolean isNeeded(Run run, Reference file, int newest) {
    return file.round() >= newest - 1
        || (AsynchronousRounds.in(run.spec())
            && (file.role() == Reference.Role.MODEL || !file.counted()));
  }
}
