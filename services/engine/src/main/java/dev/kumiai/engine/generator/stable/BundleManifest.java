package dev.kumiai.engine.generator.stable;

import dev.kumiai.core.Digest;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a bundle holds and how its model was trained; `manifest.json` is its text.
///
/// @param source the model that it was exported from, in words
/// @param licence the terms that the model is under, as given when it was exported
/// @param precision what the modules compute in; they take and give float32 always
/// @param image the form of its images and latents
/// @param text what the text encoder takes and gives
/// @param prediction what the network predicts
/// @param betas the noise that it was trained with
/// @param ddim how its DDIM begins and ends
/// @param sampler the sampler that its samples are made with
/// @param files every file beside the manifest
record BundleManifest(
    String source,
    String licence,
    Precision precision,
    ImageShape image,
    TextShape text,
    Prediction prediction,
    Betas betas,
    DdimSettings ddim,
    Sampler.Kind sampler,
    SortedMap<String, BundleEntry> files) {

  BundleManifest {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /// One of [StableDiffusionBundle#FILES].
  BundleEntry file(String name) {
    return Objects.requireNonNull(files.get(name), name);
  }

  /// What modules compute in.
  enum Precision {
    FLOAT32,
    /// Half the memory; fast on GPUs alone.
    FLOAT16
  }

  /// Images are `[3, size, size]`, latents `[latentChannels, latentSize, latentSize]`.
  ///
  /// @param latentScale what latents of the encoder are multiplied with
  record ImageShape(int size, int latentSize, int latentChannels, double latentScale) {
    ImageShape {
      require(latentSize >= 1 && latentChannels >= 1, "its latents are empty");
      require(
          size >= latentSize && size % latentSize == 0,
          "its image size %d is no multiple of its latents' %d".formatted(size, latentSize));
      require(
          latentScale > 0 && Double.isFinite(latentScale),
          "its latent scale is " + latentScale + ", not above 0");
    }

    /// Values of one sample's latents.
    int latentValues() {
      return latentChannels * latentSize * latentSize;
    }

    /// Values of one sample's pixels.
    int pixelValues() {
      return 3 * size * size;
    }
  }

  /// Texts are `[tokens]`, what the encoder makes of them `[tokens, width]`.
  ///
  /// @param padToken fills what a short text leaves
  record TextShape(int tokens, int width, String padToken) {
    TextShape {
      require(tokens >= 3 && width >= 1, "its texts are empty");
    }

    /// Values of one encoded text.
    int values() {
      return tokens * width;
    }
  }

  /// How the noise grows over the `steps` timesteps that a model was trained with.
  record Betas(Kind kind, double start, double end, int steps) {

    enum Kind {
      LINEAR,
      SCALED_LINEAR
    }

    Betas {
      require(steps >= 2, "it was trained with %d timesteps".formatted(steps));
      require(start > 0 && end > start && end < 1, "its betas do not rise between 0 and 1");
    }
  }

  /// How DDIM begins and ends.
  ///
  /// @param stepsOffset added to every timestep
  /// @param lastAlphaIsOne whether the last step ends without noise, or with that of timestep 0
  record DdimSettings(int stepsOffset, boolean lastAlphaIsOne) {
    DdimSettings {
      require(stepsOffset == 0 || stepsOffset == 1, "its DDIM is shifted by neither 0 nor 1");
    }
  }

  /// One file of a bundle.
  ///
  /// @param bytes its length
  record BundleEntry(Digest digest, long bytes) {}

  /// Mistakes are told by [ManifestJson] with the bundle's name.
  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
