package dev.kumiai.aggregation.round;

import dev.kumiai.core.Digest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One round of a run. Round 0 makes the first weights and the generated sets.
///
/// @param incarnation that of the run when the round started; with the number it tells rounds apart
/// @param model what came out; null while the round goes on
/// @param accuracy of that model, 0 to 1; null where it was not measured
/// @param loss of that model, mean cross-entropy in nats; null where it was not measured
/// @param supersededBy the incarnation that did the round again; null where this one counts
public record Round(
    int number,
    int incarnation,
    Instant started,
    @Nullable Digest model,
    @Nullable Double accuracy,
    @Nullable Double loss,
    @Nullable Instant finished,
    @Nullable Integer supersededBy) {

  /// What came out.
  Digest requireModel() {
    if (model == null) {
      throw new IllegalStateException("round " + number + " has made no model yet");
    }
    return model;
  }

  static Round started(int number, int incarnation, Instant at) {
    return new Round(number, incarnation, at, null, null, null, null, null);
  }

  Round made(Digest newModel) {
    return new Round(
        number, incarnation, started, newModel, accuracy, loss, finished, supersededBy);
  }

  Round measured(double newAccuracy, double newLoss) {
    return new Round(
        number, incarnation, started, model, newAccuracy, newLoss, finished, supersededBy);
  }

  /// Ends it; one that ended before keeps its time.
  Round finish(Instant at) {
    return new Round(
        number,
        incarnation,
        started,
        model,
        accuracy,
        loss,
        finished == null ? at : finished,
        supersededBy);
  }

  /// It is done again and does not count any more.
  Round supersede(int by, Instant at) {
    return new Round(
        number, incarnation, started, model, accuracy, loss, finished == null ? at : finished, by);
  }
}
