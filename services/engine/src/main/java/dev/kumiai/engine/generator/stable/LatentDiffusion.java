package dev.kumiai.engine.generator.stable;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.engine.generator.stable.StableModules.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/// A latent diffusion model (Rombach et al. 2022, arXiv 2112.10752) on a device: texts in, pixels
/// out, with arrays of floats between the steps, in the shapes of [BundleManifest.ImageShape].
final class LatentDiffusion implements AutoCloseable {

  private static final float LEAST_LOG_VARIANCE = -30;
  private static final float MOST_LOG_VARIANCE = 20;

  private final BundleManifest manifest;
  private final ClipTokenizer tokenizer;
  private final StableModules modules;
  private final NoiseSchedule schedule;
  private final Map<String, float[]> texts = new LatestTexts();

  /// The texts that were encoded last: many samples have the same.
  private static final class LatestTexts extends LinkedHashMap<String, float[]> {
    private static final long serialVersionUID = 1L;
    private static final int MOST = 64;

    LatestTexts() {
      super(MOST, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
      return size() > MOST;
    }
  }

  /// What steers a batch.
  ///
  /// @param prompts one for each sample; classifier-free guidance leads away from its negative text
  /// @param scale weight of the guidance; 1 is none
  record Steering(List<Prompt> prompts, double scale) {
    Steering {
      prompts = List.copyOf(prompts);
    }

    boolean isGuided() {
      return scale != 1;
    }
  }

  LatentDiffusion(BundleManifest manifest, ClipTokenizer tokenizer, StableModules modules) {
    this.manifest = manifest;
    this.tokenizer = tokenizer;
    this.modules = modules;
    this.schedule = new NoiseSchedule(manifest.betas());
    try {
      encode("");
    } catch (KumiaiException e) {
      modules.close();
      throw e;
    }
  }

  BundleManifest manifest() {
    return manifest;
  }

  /// Whether a text has more tokens than the model reads: it is cut.
  boolean isTooLong(String text) {
    return tokenizer.encode(text).dropped() > 0;
  }

  boolean onGpu() {
    return modules.onGpu();
  }

  /// Begins a sampling from pure noise.
  Sampler sampler(Sampler.Kind kind, int steps) {
    return kind.begin(manifest, schedule, steps);
  }

  /// Latents of real pixels, drawn from the encoder's distribution: `scale (mean + deviation e)`.
  ///
  /// @param pixels from -1 to 1, one sample after the other
  /// @param noise standard normal, like the latents
  float[] encode(float[] pixels, float[] noise) {
    int samples = pixels.length / manifest.image().pixelValues();
    float[] moments;
    try (NDManager scope = modules.newScope()) {
      int size = manifest.image().size();
      moments =
          modules
              .run(Part.VAE_ENCODER, scope.create(pixels, new Shape(samples, 3, size, size)))
              .toFloatArray();
    }
    int values = manifest.image().latentValues();
    float scale = (float) manifest.image().latentScale();
    float[] latents = new float[samples * values];
    for (int sample = 0; sample < samples; sample++) {
      for (int i = 0; i < values; i++) {
        int at = sample * values + i;
        int mean = 2 * sample * values + i;
        float logVariance =
            Math.clamp(moments[mean + values], LEAST_LOG_VARIANCE, MOST_LOG_VARIANCE);
        latents[at] = scale * (moments[mean] + (float) Math.exp(logVariance / 2) * noise[at]);
      }
    }
    return latents;
  }

  /// Mixes noise into latents, as much as there is at a timestep.
  float[] noised(float[] latents, float[] noise, int timestep) {
    float alpha = (float) schedule.alpha(timestep);
    float sigma = (float) schedule.sigma(timestep);
    float[] z = new float[latents.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = alpha * latents[i] + sigma * noise[i];
    }
    return z;
  }

  /// Takes a batch of latents from where step `first` begins to the picture.
  ///
  /// @param z become the picture's latents
  /// @param listener is told after each step how many are made
  void denoise(float[] z, Sampler sampler, int first, Steering steering, IntConsumer listener) {
    try (NDManager scope = modules.newScope()) {
      NDArray context = context(steering, scope);
      for (int step = first; step < sampler.steps(); step++) {
        sampler.move(step, z, predicted(z, sampler.timestep(step), context, steering));
        listener.accept(step + 1 - first);
      }
    }
  }

  /// The texts of a batch as the network takes them; with guidance the negative ones come first.
  private NDArray context(Steering steering, NDManager scope) {
    List<String> rows = new ArrayList<>();
    if (steering.isGuided()) {
      steering.prompts().forEach(prompt -> rows.add(prompt.negative()));
    }
    steering.prompts().forEach(prompt -> rows.add(prompt.text()));
    BundleManifest.TextShape shape = manifest.text();
    float[] context = new float[rows.size() * shape.values()];
    for (int row = 0; row < rows.size(); row++) {
      System.arraycopy(encoded(rows.get(row)), 0, context, row * shape.values(), shape.values());
    }
    return scope.create(context, new Shape(rows.size(), shape.tokens(), shape.width()));
  }

  /// Texts are encoded one by one, so that what stands in a batch beside a text changes nothing.
  private float[] encoded(String text) {
    return texts.computeIfAbsent(text, this::encode);
  }

  private float[] encode(String text) {
    try (NDManager scope = modules.newScope()) {
      long[] tokens = tokenizer.encode(text).flat();
      NDArray encoded =
          modules.run(Part.TEXT_ENCODER, scope.create(tokens, new Shape(1, tokens.length)));
      Shape expected = new Shape(1, manifest.text().tokens(), manifest.text().width());
      if (!encoded.getShape().equals(expected)) {
        throw new KumiaiException.Invalid(
            "generator-module-mismatch",
            "its text encoder makes %s of a text, and its manifest says %s"
                .formatted(encoded.getShape(), expected));
      }
      return encoded.toFloatArray();
    }
  }

  /// Classifier-free guidance (Ho and Salimans 2022, arXiv 2207.12598): `p0 + scale (p - p0)`, away
  /// from the prediction p0 for the negative text.
  private float[] predicted(float[] z, int timestep, NDArray context, Steering steering) {
    int rows = Math.toIntExact(context.getShape().get(0));
    float[] both = predicted(z, rows, timestep, context);
    if (!steering.isGuided()) {
      return both;
    }
    float scale = (float) steering.scale();
    float[] guided = new float[z.length];
    for (int i = 0; i < guided.length; i++) {
      guided[i] = both[i] + scale * (both[z.length + i] - both[i]);
    }
    return guided;
  }

  private float[] predicted(float[] z, int rows, int timestep, NDArray context) {
    BundleManifest.ImageShape image = manifest.image();
    float[] latents = Arrays.copyOf(z, rows * image.latentValues());
    if (latents.length > z.length) {
      System.arraycopy(z, 0, latents, z.length, z.length);
    }
    float[] times = new float[rows];
    Arrays.fill(times, timestep);
    try (NDManager scope = modules.newScope()) {
      Shape shape = new Shape(rows, image.latentChannels(), image.latentSize(), image.latentSize());
      return modules
          .run(Part.UNET, scope.create(latents, shape), scope.create(times), context)
          .toFloatArray();
    }
  }

  /// Pixels of latents, from about -1 to 1.
  float[] decode(float[] latents) {
    BundleManifest.ImageShape image = manifest.image();
    float[] unscaled = new float[latents.length];
    for (int i = 0; i < latents.length; i++) {
      unscaled[i] = latents[i] / (float) image.latentScale();
    }
    try (NDManager scope = modules.newScope()) {
      Shape shape =
          new Shape(
              latents.length / image.latentValues(),
              image.latentChannels(),
              image.latentSize(),
              image.latentSize());
      return modules.run(Part.VAE_DECODER, scope.create(unscaled, shape)).toFloatArray();
    }
  }

  @Override
  public void close() {
    modules.close();
  }
}
