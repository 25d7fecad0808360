package dev.kumiai.engine.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DdimTest {

  private static final Offset<Float> TOLERANCE = within(1e-5f);
  private static final PixelScale UNIT = new PixelScale(0, 1);
  private static final Ddim.Steps UNWATCHED = _ -> {};

  @Test
  void followsTheOriginalFormWithGuidanceStepByStep() {
    // Given two Gaussians whose v is known in closed form, as in make_golden.py
    double spread = 0.3;
    float[] z = Golden.floats("ddim.z");
    float[] trajectory = Golden.floats("ddim.trajectory");
    float[][] seen = new float[10][];
    Ddim.Velocity guided =
        (noised, t) -> {
          float[] both = Arrays.copyOf(gaussian(noised, t, 0.5, spread), 2 * noised.length);
          float[] other = gaussian(noised, t, -0.2, spread);
          System.arraycopy(other, 0, both, noised.length, noised.length);
          return Ddim.guide(both, noised.length, 3.0);
        };

    // When
    Ddim.denoise(z, 0.9, 10, UNIT, guided, step -> seen[step - 1] = z.clone());

    // Then
    for (int step = 0; step < seen.length; step++) {
      assertThat(seen[step])
          .containsExactly(
              Arrays.copyOfRange(trajectory, step * z.length, (step + 1) * z.length), TOLERANCE);
    }
  }

  @Test
  void landsOnTheImageThatTheNetworkKnows() {
    // Given a network that knows nothing but one image, and pure noise
    float[] image = {-1f, -0.5f, 0f, 0.7f, 1f};
    float[] z = {2f, -1f, 0.3f, -2.5f, 0f};
    Ddim.Velocity knowing =
        (noised, t) -> {
          float[] v = new float[noised.length];
          for (int i = 0; i < v.length; i++) {
            double noise =
                (noised[i] - CosineSchedule.alpha(t) * image[i]) / CosineSchedule.sigma(t);
            v[i] = (float) (CosineSchedule.alpha(t) * noise - CosineSchedule.sigma(t) * image[i]);
          }
          return v;
        };

    // When
    Ddim.denoise(z, 1, 7, UNIT, knowing, UNWATCHED);

    // Then
    assertThat(z).containsExactly(image, TOLERANCE);
  }

  @Test
  void guidanceOfScaleOneIsThePredictionWithTheClass() {
    // Given
    float[] predictions = {1f, 2f, 3f, -5f, 7f, 0.25f};

    // When
    float[] guided = Ddim.guide(predictions, 3, 1);

    // Then
    assertThat(guided).containsExactly(new float[] {1f, 2f, 3f}, TOLERANCE);
  }

  @Test
  void takesAShareOfTheStepsForAPartOfTheWay() {
    assertThat(Ddim.steps(1, 25)).isEqualTo(25);
    assertThat(Ddim.steps(0.7, 30)).isEqualTo(21);
    assertThat(Ddim.steps(0.01, 25)).isEqualTo(1);
    assertThat(Ddim.steps(0, 25)).isZero();
  }

  @Test
  void scheduleGoesFromTheImageToNothingButNoise() {
    assertThat(CosineSchedule.alpha(0)).isEqualTo(1);
    assertThat(CosineSchedule.sigma(0)).isZero();
    assertThat(CosineSchedule.alpha(1)).isZero();
    assertThat(CosineSchedule.sigma(1)).isEqualTo(1);
    for (double t = 0; t <= 1; t += 0.125) {
      double energy = Math.pow(CosineSchedule.alpha(t), 2) + Math.pow(CosineSchedule.sigma(t), 2);
      assertThat(energy).isCloseTo(1, within(1e-12));
    }
  }

  /// v of samples of a normal distribution: `E[x | z]` is linear in z.
  private static float[] gaussian(float[] z, double t, double mean, double spread) {
    double alpha = CosineSchedule.alpha(t);
    double sigma = CosineSchedule.sigma(t);
    double gain = spread * spread * alpha / (alpha * alpha * spread * spread + sigma * sigma);
    float[] v = new float[z.length];
    for (int i = 0; i < z.length; i++) {
      double x = mean + gain * (z[i] - alpha * mean);
      v[i] = (float) ((alpha * z[i] - x) / sigma);
    }
    return v;
  }
}
