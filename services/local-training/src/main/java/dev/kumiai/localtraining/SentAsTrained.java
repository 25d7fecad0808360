package dev.kumiai.localtraining;

import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.transform.OutgoingTransform;
import jakarta.inject.Singleton;

/// Sends updates as training made them.
@Singleton
final class SentAsTrained implements OutgoingTransform {

  @Override
  public ModelWeights apply(ModelWeights update, ModelWeights global) {
    return update;
  }
}
