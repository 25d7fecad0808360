package dev.kumiai.protocol.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.kumiai.core.Digest;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

/// The model that a run trains.
///
/// @param architecture which network
/// @param torchScript digest of the TorchScript file, for [Architecture#TORCHSCRIPT] only; every
///   worker finds the file in its model folder
/// @param initial digest of weights to start from, uploaded before; null starts from seeded random
///   weights
public record ModelSpec(
    @NotNull Architecture architecture, @Nullable Digest torchScript, @Nullable Digest initial) {

  /// The networks a worker can build.
  public enum Architecture {
    /// Two hidden layers, for small images.
    MLP,
    /// Three convolutions with group normalisation.
    CNN,
    /// ResNet-20 with group instead of batch normalisation.
    RESNET20,
    /// The network of a `class-diffusion` generator, for domains without a public one: instead of
    /// telling classes it learns to make images of them. Its sites take steps of Adam, its loss is
    /// the mean squared error of the predicted `v`, and its accuracy is how often an image's own
    /// class explains it best.
    CLASS_DIFFUSION,
    /// A module brought by the user.
    TORCHSCRIPT
  }

  @JsonCreator
  static ModelSpec of(
      @JsonProperty("architecture") Architecture architecture,
      @JsonProperty("torchScript") @Nullable Digest torchScript,
      @JsonProperty("initial") @Nullable Digest initial) {
    return new ModelSpec(architecture, torchScript, initial);
  }
}
