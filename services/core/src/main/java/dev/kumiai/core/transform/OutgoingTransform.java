package dev.kumiai.core.transform;

import dev.kumiai.core.tensor.ModelWeights;

/// What happens to an update at its site, before anybody else sees it.
public interface OutgoingTransform {

  /// The update as it leaves. The same update has to give the same bits: a task that is done again
  /// after a crash must not answer with another update.
  ///
  /// @param update what training made, with what the strategy adds
  /// @param global the model that it was trained from
  ModelWeights apply(ModelWeights update, ModelWeights global);
}
