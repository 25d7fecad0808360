package dev.kumiai.engine.generator.stable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.prompt.Prompt;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.generator.stable.LatentDiffusion.Steering;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The whole model beside diffusers' StableDiffusionPipeline and StableDiffusionImg2ImgPipeline,
/// from the same latents and prompts.
class LatentDiffusionTest {

  private static final String PROMPT = "a photo of the cast metal surface with crack, bright light";
  private static final String NEGATIVE = "blurry, noise";
  private static final Steering STEERING = steering(PROMPT, NEGATIVE, 7.5);
  private static final int STEPS = 20;
  private static final double ERROR = 1e-3;

  private static LatentDiffusion model;

  private static Steering steering(String text, String negative, double scale) {
    return new Steering(Collections.nCopies(2, new Prompt(text, negative)), scale);
  }

  @BeforeAll
  static void load() {
    model = StableDiffusionBundle.open(Golden.file("tiny.zip")).model(EngineDevice.cpu(1));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @ParameterizedTest
  @EnumSource(Sampler.Kind.class)
  void makesThePicturesThatDiffusersMakesOfATextAndTheSameNoise(Sampler.Kind kind) {
    String key = "text-to-image." + kind;
    float[] z = Golden.floats(key + ".noise");

    model.denoise(z, model.sampler(kind, STEPS), 0, STEERING, _ -> {});

    Golden.requireClose(z, Golden.floats(key + ".latents"), ERROR);
    Golden.requireClose(model.decode(z), Golden.floats(key + ".decoded"), ERROR);
  }

  @ParameterizedTest
  @EnumSource(Sampler.Kind.class)
  void makesThePicturesThatDiffusersMakesOfRealOnes(Sampler.Kind kind) {
    String key = "image-to-image." + kind;
    float[] pixels = Golden.floats("image-to-image.pixels");
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = pixels[i] / 127.5f - 1;
    }
    Sampler sampler = model.sampler(kind, STEPS);
    int first = 8; // strength 0.6 of 20 steps

    float[] latents = model.encode(pixels, Golden.floats(key + ".posterior"));
    float[] z = model.noised(latents, Golden.floats(key + ".noise"), sampler.timestep(first));
    model.denoise(z, sampler, first, STEERING, _ -> {});

    Golden.requireClose(z, Golden.floats(key + ".latents"), ERROR);
    Golden.requireClose(model.decode(z), Golden.floats(key + ".decoded"), ERROR);
  }

  /// CPUs compute in float16, too, only slowly. Few steps, since a random model is chaotic.
  @ParameterizedTest
  @EnumSource(Sampler.Kind.class)
  void computesInFloat16(Sampler.Kind kind) {
    try (LatentDiffusion half =
        StableDiffusionBundle.open(Golden.file("tiny-float16.zip")).model(EngineDevice.cpu(1))) {
      assertThat(half.manifest().precision()).isEqualTo(BundleManifest.Precision.FLOAT16);
      float[] noise = Golden.floats("text-to-image." + kind + ".noise");
      float[] z = noise.clone();
      float[] expected = noise.clone();

      half.denoise(z, half.sampler(kind, 2), 0, STEERING, _ -> {});
      model.denoise(expected, model.sampler(kind, 2), 0, STEERING, _ -> {});

      assertThat(Golden.relativeError(z, expected)).isBetween(1e-5, 3e-2);
      assertThat(Golden.relativeError(half.decode(expected), model.decode(expected)))
          .isBetween(1e-5, 1e-2);
      float[] pixels = new float[2 * 3 * 64 * 64];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (float) Math.sin(i / 50.0);
      }
      assertThat(Golden.relativeError(half.encode(pixels, noise), model.encode(pixels, noise)))
          .isBetween(1e-5, 1e-2);
    }
  }

  /// The comparisons with diffusers could not fail if nothing steered the model.
  @Test
  void isSteeredByEveryPartOfThePrompt() {
    float[] expected = Golden.floats("text-to-image.ddim.latents");

    for (Steering other :
        List.of(
            steering(PROMPT + " grain", NEGATIVE, 7.5),
            steering(PROMPT, "blurry", 7.5),
            steering(PROMPT, NEGATIVE, 7.4),
            steering(PROMPT, NEGATIVE, 1))) {
      float[] z = Golden.floats("text-to-image.ddim.noise");
      model.denoise(z, model.sampler(Sampler.Kind.DDIM, STEPS), 0, other, _ -> {});

      assertThat(Golden.relativeError(z, expected)).isGreaterThan(ERROR);
    }
  }
}
