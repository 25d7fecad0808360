package dev.kumiai.protocol.task;

import dev.kumiai.core.KumiaiException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What an update says about itself, in the `__metadata__` of its safetensors file: an update is
/// complete by itself, its digest covers its weight in the mean, and nothing in it depends on the
/// clock.
///
/// @param examples what the update's vote is worth
/// @param trainingLoss mean cross-entropy in nats over the round's batches
/// @param steps of the site's optimiser; null when it does not tell
/// @param initialLoss mean cross-entropy in nats of the received model over the data trained on;
///   null when the task does not ask for it
public record UpdateMetadata(
    long examples, double trainingLoss, @Nullable Long steps, @Nullable Double initialLoss) {

  private static final String EXAMPLES = "kumiai.examples";
  private static final String TRAINING_LOSS = "kumiai.training_loss";
  private static final String STEPS = "kumiai.steps";
  private static final String INITIAL_LOSS = "kumiai.initial_loss";

  public UpdateMetadata {
    if (examples < 1) {
      throw new KumiaiException.Invalid(
          "update-examples-invalid", "an update counts at least 1 example, not " + examples);
    }
    if (!Double.isFinite(trainingLoss)) {
      throw new KumiaiException.Invalid(
          "update-loss-not-finite", "the training loss of an update is a finite number");
    }
    if (steps != null && steps < 1) {
      throw new KumiaiException.Invalid(
          "update-steps-invalid", "an update takes at least 1 step, not " + steps);
    }
    if (initialLoss != null && !(Double.isFinite(initialLoss) && initialLoss >= 0)) {
      throw new KumiaiException.Invalid(
          "update-loss-invalid",
          "the loss of the received model is a finite number of at least 0, not " + initialLoss);
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
    String steps = metadata.get(STEPS);
    String initialLoss = metadata.get(INITIAL_LOSS);
    try {
      return new UpdateMetadata(
          Long.parseLong(examples),
          Double.parseDouble(loss),
          steps == null ? null : Long.valueOf(steps),
          initialLoss == null ? null : Double.valueOf(initialLoss));
    } catch (NumberFormatException e) {
      throw new KumiaiException.Invalid(
          "update-metadata-invalid", "an update's __metadata__ has numbers only", e);
    }
  }

  public Map<String, String> toMap() {
    Map<String, String> map = new TreeMap<>();
    map.put(EXAMPLES, Long.toString(examples));
    map.put(TRAINING_LOSS, Double.toString(trainingLoss));
    if (steps != null) {
      map.put(STEPS, steps.toString());
    }
    if (initialLoss != null) {
      map.put(INITIAL_LOSS, initialLoss.toString());
    }
    return map;
  }
}
