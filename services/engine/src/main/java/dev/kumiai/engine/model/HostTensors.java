package dev.kumiai.engine.model;

import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.TensorSpec;
import org.jspecify.annotations.Nullable;

/// What a site remembers, in the host's memory; before the first round it is 0.
final class HostTensors {

  private HostTensors() {}

  /// A fresh copy of the values of a tensor; zeros where there is nothing to remember yet.
  static float[] values(@Nullable ModelWeights remembered, TensorSpec spec) {
    return remembered == null
        ? new float[Math.toIntExact(spec.elements())]
        : remembered.get(spec.name()).toFloats();
  }
}
