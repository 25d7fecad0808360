package dev.kumiai.aggregation.round;

import dev.kumiai.core.Digest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One round of a run. Round 0 makes the first weights and the generated sets.
///
/// @param model what came out; null while the round goes on
/// @param accuracy of that model, 0 to 1; null where it was not measured
/// @param loss of that model, mean cross-entropy in nats; null where it was not measured
public record Round(
    int number,
    Instant started,
    @Nullable Digest model,
    @Nullable Double accuracy,
    @Nullable Double loss,
    @Nullable Instant finished) {

  /// What came out.
  Digest requireModel() {
    if (model == null) {
      throw new IllegalStateException("round " + number + " has made no model yet");
    }
    return model;
  }

  static Round started(int number, Instant at) {
    return new Round(number, at, null, null, null, null);
  }

  Round made(Digest newModel) {
    return new Round(number, started, newModel, accuracy, loss, finished);
  }

  Round measured(double newAccuracy, double newLoss) {
    return new Round(number, started, model, newAccuracy, newLoss, finished);
  }

  Round finish(Instant at) {
    return new Round(number, started, model, accuracy, loss, at);
  }
}
