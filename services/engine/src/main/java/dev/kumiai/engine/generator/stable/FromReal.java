package dev.kumiai.engine.generator.stable;

import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.generator.Guidance;
import dev.kumiai.engine.generator.SampleOrder;
import java.util.stream.IntStream;

/// Samples of one class from real ones that are noised first (SDEdit, Meng et al. 2022, arXiv
/// 2108.01073): of the sampling's steps the last `floor(strength steps)` are made, but at least one
/// where the strength is above 0, so that no real sample is passed on as a generated one.
final class FromReal {

  private final FromNoise noise;
  private final double strength;
  private final LabelledImages samples;
  private final SampleOrder order;

  /// @param form what the real samples have to have
  FromReal(FromNoise noise, double strength, LabelledImages samples, ImageForm form) {
    this.noise = noise;
    this.strength = strength;
    this.samples = Guidance.requireOfClass(samples, noise.label(), form);
    this.order = new SampleOrder(noise.seed(), noise.label(), samples.size());
  }

  LabelledImages make(int[] indices, LatentDiffusion.Steering steering, StableDiffusion.Told told) {
    LabelledImages real = samples.select(IntStream.of(indices).map(order::at).toArray());
    if (strength == 0) {
      told.report(1);
      return real;
    }
    Sampler sampler = noise.sampler();
    int step = sampler.steps() - Math.max(1, (int) (strength * sampler.steps()));
    LatentDiffusion model = noise.model();
    float[] latents = model.encode(pixels(real), noise.noise("posterior", indices));
    float[] z = model.noised(latents, noise.noise("noise", indices), sampler.timestep(step));
    return noise.finish(z, sampler, step, steering, told);
  }

  /// From -1 to 1, in the size and colours of the model.
  private float[] pixels(LabelledImages real) {
    ImageForm form = new ImageForm(noise.model().manifest().image().size(), 3);
    LabelledImages brought = real.inForm(form);
    float[] pixels = new float[brought.size() * form.values()];
    byte[] one = new byte[form.values()];
    for (int sample = 0; sample < brought.size(); sample++) {
      brought.copyPixels(sample, one, 0);
      for (int i = 0; i < one.length; i++) {
        pixels[sample * one.length + i] = (one[i] & 0xff) / 127.5f - 1;
      }
    }
    return pixels;
  }
}
