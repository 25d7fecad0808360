package dev.kumiai.engine.generator.stable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.engine.generator.stable.BundleManifest.Betas;
import dev.kumiai.engine.generator.stable.BundleManifest.DdimSettings;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The samplers beside diffusers' DDIMScheduler and DPMSolverMultistepScheduler.
class SamplerTest {

  private static final int VALUES = 16;

  private static final NoiseSchedule SCHEDULE =
      new NoiseSchedule(new Betas(Betas.Kind.SCALED_LINEAR, 0.00085, 0.012, 1000));

  @ParameterizedTest
  @CsvSource({
    "ddim,epsilon,1,0",
    "ddim,epsilon,2,0",
    "ddim,epsilon,10,0",
    "ddim,epsilon,10,4",
    "ddim,epsilon,25,0",
    "ddim,epsilon,25,10",
    "ddim,epsilon,50,0",
    "ddim,v_prediction,1,0",
    "ddim,v_prediction,2,0",
    "ddim,v_prediction,10,0",
    "ddim,v_prediction,10,4",
    "ddim,v_prediction,25,0",
    "ddim,v_prediction,25,10",
    "ddim,v_prediction,50,0",
    "dpm-solver++,epsilon,1,0",
    "dpm-solver++,epsilon,2,0",
    "dpm-solver++,epsilon,10,0",
    "dpm-solver++,epsilon,10,4",
    "dpm-solver++,epsilon,25,0",
    "dpm-solver++,epsilon,25,10",
    "dpm-solver++,epsilon,50,0",
    "dpm-solver++,v_prediction,1,0",
    "dpm-solver++,v_prediction,2,0",
    "dpm-solver++,v_prediction,10,0",
    "dpm-solver++,v_prediction,10,4",
    "dpm-solver++,v_prediction,25,0",
    "dpm-solver++,v_prediction,25,10",
    "dpm-solver++,v_prediction,50,0"
  })
  void movesAsDiffusersDoes(String name, String predicts, int steps, int first) {
    String key = "step.%s.%s.%d.%d".formatted(name, predicts, steps, first);
    float[] timesteps = Golden.floats(key + ".timesteps");
    float[] predicted = Golden.floats(key + ".predicted");
    float[] states = Golden.floats(key + ".states");
    Sampler sampler =
        sampler(name, predicts.equals("epsilon") ? Prediction.EPSILON : Prediction.V, steps);

    assertThat(sampler.steps()).isEqualTo(steps).isEqualTo(timesteps.length);
    for (int step = 0; step < steps; step++) {
      assertThat(sampler.timestep(step)).isEqualTo((int) timesteps[step]);
    }
    float[] z = slice(states, 0);
    for (int step = first; step < steps; step++) {
      sampler.move(step, z, slice(predicted, step - first));

      Golden.requireClose(z, slice(states, step - first + 1), 1e-5);
    }
  }

  @ParameterizedTest
  @CsvSource({"ddim", "dpm-solver++"})
  void mixesNoiseInAsDiffusersDoes(String name) {
    Sampler sampler = sampler(name, Prediction.EPSILON, 10);
    int t = sampler.timestep(4);
    float[] latents = Golden.floats("noised." + name + ".latents");
    float[] noise = Golden.floats("noised." + name + ".noise");
    float[] noised = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      noised[i] = (float) (SCHEDULE.alpha(t) * latents[i] + SCHEDULE.sigma(t) * noise[i]);
    }

    Golden.requireClose(noised, Golden.floats("noised." + name + ".noised"), 1e-5);
  }

  /// A network that knows the picture leads to it from any noise. DDIM of Stable Diffusion keeps
  /// the noise of timestep 0, as the original does.
  @ParameterizedTest
  @EnumSource(Sampler.Kind.class)
  void findsThePictureThatEveryPredictionPointsTo(Sampler.Kind kind) {
    float picture = 0.7f;
    for (int steps : new int[] {1, 2, 7, 20, 100, 999}) {
      Sampler sampler = sampler(kind.toString(), Prediction.EPSILON, steps);
      float[] z = {2.5f, -1.5f, 0};
      float[] noise = noiseIn(z, picture, sampler.timestep(0));
      float[] expected = new float[z.length];
      for (int i = 0; i < z.length; i++) {
        expected[i] =
            kind == Sampler.Kind.DDIM
                ? (float) (SCHEDULE.alpha(0) * picture + SCHEDULE.sigma(0) * noise[i])
                : picture;
      }

      for (int step = 0; step < steps; step++) {
        sampler.move(step, z, noiseIn(z, picture, sampler.timestep(step)));
      }

      Golden.requireClose(z, expected, 1e-3);
    }
  }

  private static float[] noiseIn(float[] z, float picture, int t) {
    float[] noise = new float[z.length];
    for (int i = 0; i < z.length; i++) {
      noise[i] = (float) ((z[i] - SCHEDULE.alpha(t) * picture) / SCHEDULE.sigma(t));
    }
    return noise;
  }

  @Test
  void visitsEveryTimestepAtMostOnce() {
    for (Sampler.Kind kind : Sampler.Kind.values()) {
      for (int steps = 1; steps <= 999; steps++) {
        Sampler sampler = sampler(kind.toString(), Prediction.EPSILON, steps);
        int before = 1000;
        for (int step = 0; step < steps; step++) {
          assertThat(sampler.timestep(step)).isBetween(0, before - 1);
          before = sampler.timestep(step);
        }
      }
    }
  }

  @Test
  void refusesMoreStepsThanTheModelHasTimesteps() {
    assertThatThrownBy(() -> sampler("ddim", Prediction.EPSILON, 1001))
        .isInstanceOfSatisfying(
            KumiaiException.Invalid.class,
            e -> assertThat(e.code()).isEqualTo("generation-request-invalid"))
        .hasMessageContaining("1 to 1000");
    assertThatThrownBy(() -> sampler("dpm-solver++", Prediction.EPSILON, 1000))
        .hasMessageContaining("1 to 999");
  }

  private static Sampler sampler(String name, Prediction prediction, int steps) {
    return name.equals("ddim")
        ? new DdimSampler(SCHEDULE, prediction, new DdimSettings(1, false), steps)
        : new DpmSolverSampler(SCHEDULE, prediction, steps);
  }

  private static float[] slice(float[] rows, int row) {
    return Arrays.copyOfRange(rows, row * VALUES, (row + 1) * VALUES);
  }
}
