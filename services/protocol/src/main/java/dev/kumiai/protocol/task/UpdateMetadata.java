package dev.kumiai.protocol.task;

import dev.kumiai.core.KumiaiException;
import java.util.Map;
import java.util.TreeMap;

/// What an update says about itself, in the `__metadata__` of its safetensors file: an update is
/// complete by itself, its digest covers its weight in the mean, and nothing in it depends on the
/// clock.
///
/// @param examples what the update's vote is worth
/// @param trainingLoss mean cross-entropy in nats over the round's batches
public record UpdateMetadata(long examples, double trainingLoss) {

  private static final String EXAMPLES = "kumiai.examples";
  private static final String TRAINING_LOSS = "kumiai.training_loss";

  public UpdateMetadata {
    if (examples < 1) {
      throw new KumiaiException.Invalid(
          "update-examples-invalid", "an update counts at least 1 example, not " + examples);
    }
    if (!Double.isFinite(trainingLoss)) {
      throw new KumiaiException.Invalid(
          "update-loss-not-finite", "the training loss of an update is a finite number");
    }
  }

  /// Reads what [#toMap] writes.
  public static UpdateMetadata parse(Map<String, String> metadata) {
    String examples = metadata.get(EXAMPLES);
    String loss = metadata.get(TRAINING_LOSS);
    if (examples == null || loss == null) {
      throw new KumiaiException.Invalid(
          "update-metadata-missing",
          "an update's __metadata__ has '" + EXAMPLES + "' and '" + TRAINING_LOSS + "'");
    }
    try {
      return new UpdateMetadata(Long.parseLong(examples), Double.parseDouble(loss));
    } catch (NumberFormatException e) {
      throw new KumiaiException.Invalid(
          "update-metadata-invalid", "an update's __metadata__ has numbers only", e);
    }
  }

  public Map<String, String> toMap() {
    return new TreeMap<>(
        Map.of(EXAMPLES, Long.toString(examples), TRAINING_LOSS, Double.toString(trainingLoss)));
  }
}
