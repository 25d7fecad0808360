package dev.kumiai.engine.generator.stable;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunSeed;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Samples of one class from pure noise, which is drawn for each of them from a seed of its own.
final class FromNoise {

  private final LatentDiffusion model;
  private final String label;
  private final RunSeed seed;
  private final Supplier<Sampler> sampler;

  /// @param sampler a new one for each batch
  FromNoise(LatentDiffusion model, String label, RunSeed seed, Supplier<Sampler> sampler) {
    this.model = model;
    this.label = label;
    this.seed = seed;
    this.sampler = sampler;
  }

  LabelledImages make(int[] indices, LatentDiffusion.Steering steering, StableDiffusion.Told told) {
    float[] z = noise("noise", indices);
    return finish(z, sampler.get(), 0, steering, told);
  }

  LatentDiffusion model() {
    return model;
  }

  String label() {
    return label;
  }

  RunSeed seed() {
    return seed;
  }

  Sampler sampler() {
    return sampler.get();
  }

  /// Standard normal numbers for the latents of the samples at `indices`.
  ///
  /// @param purpose tells draws for the same sample apart
  float[] noise(String purpose, int[] indices) {
    int values = model.manifest().image().latentValues();
    float[] noise = new float[indices.length * values];
    for (int sample = 0; sample < indices.length; sample++) {
      RandomGenerator random = seed.generator(purpose, indices[sample], label);
      for (int i = 0; i < values; i++) {
        noise[sample * values + i] = (float) random.nextGaussian();
      }
    }
    return noise;
  }

  /// Takes latents from where step `step` begins to images.
  LabelledImages finish(
      float[] z,
      Sampler sampler,
      int step,
      LatentDiffusion.Steering steering,
      StableDiffusion.Told told) {
    model.denoise(z, sampler, step, steering, told.after(sampler.steps() - step));
    return images(model.decode(z));
  }

  private LabelledImages images(float[] pixels) {
    BundleManifest.ImageShape image = model.manifest().image();
    int values = image.pixelValues();
    List<byte[]> bytes = new ArrayList<>();
    for (int from = 0; from < pixels.length; from += values) {
      byte[] one = new byte[values];
      for (int i = 0; i < values; i++) {
        one[i] = shade(pixels[from + i]);
      }
      bytes.add(one);
    }
    return LabelledImages.of(
        List.of(label), new ImageForm(image.size(), 3), bytes, new int[bytes.size()]);
  }

  private static byte shade(float pixel) {
    if (!Float.isFinite(pixel)) {
      throw new KumiaiException.Invalid(
          "generator-not-finite",
          "the generator made pixels that are no numbers, as models in float16 do that need float32: export it with --precision float32");
    }
    return (byte) Math.rint(255 * Math.clamp(pixel / 2 + 0.5f, 0, 1));
  }
}
