package dev.kumiai.engine.generator.classical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kumiai.engine.data.ImageForm;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Each change alone, worked out by hand.
class VariationTest {

  private static final ImageForm FORM = new ImageForm(3, 1);
  private static final byte[] IMAGE = bytes(10, 20, 30, 40, 50, 60, 70, 80, 90);
  private static final byte[] OTHER = bytes(50, 60, 70, 80, 90, 100, 110, 120, 130);

  private static RandomGenerator random() {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(1);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] apply(Variation variation) {
    return variation.apply(IMAGE, OTHER, FORM, random());
  }

  private static Variation geometry(boolean flip, double angle, double zoom, double right) {
    return new Variation(0, 1, flip, angle, zoom, right, 0, 1, 1, 0, 0);
  }

  private static Variation values(double weight, double contrast, double brightness) {
    return new Variation(0, weight, false, 0, 1, 0, 0, 1, contrast, brightness, 0);
  }

  @Test
  void changesNothingWithoutStrength() {
    RandomGenerator random = random();
    for (int i = 0; i < 50; i++) {
      assertThat(apply(Variation.draw(0, 9, true, random))).isEqualTo(IMAGE);
    }
  }

  @Test
  void flipsLeftAndRight() {
    assertThat(apply(geometry(true, 0, 1, 0))).isEqualTo(bytes(30, 20, 10, 60, 50, 40, 90, 80, 70));
  }

  @Test
  void turnsByAQuarter() {
    assertThat(apply(geometry(false, Math.PI / 2, 1, 0)))
        .isEqualTo(bytes(30, 60, 90, 20, 50, 80, 10, 40, 70));
  }

  @Test
  void cropsTheMiddleAndGoesOnBeyondTheEdge() {
    assertThat(apply(geometry(false, 0, 0.5, 0)))
        .isEqualTo(bytes(30, 35, 40, 45, 50, 55, 60, 65, 70));
    assertThat(apply(geometry(false, 0, 1, 1 / 3.0)))
        .isEqualTo(bytes(20, 30, 30, 50, 60, 60, 80, 90, 90));
  }

  @Test
  void mixesInAnotherSample() {
    assertThat(apply(values(0.75, 1, 0))).isEqualTo(bytes(20, 30, 40, 50, 60, 70, 80, 90, 100));
  }

  @Test
  void stretchesAroundTheMeanAndStaysWithinTheRange() {
    assertThat(apply(values(1, 1.5, 5))).isEqualTo(bytes(0, 10, 25, 40, 55, 70, 85, 100, 115));
    assertThat(apply(values(1, 1, 200)))
        .isEqualTo(bytes(210, 220, 230, 240, 250, 255, 255, 255, 255));
  }

  @Test
  void takesTheColourOut() {
    ImageForm rgb = new ImageForm(1, 3);
    Variation grey = new Variation(0, 1, false, 0, 1, 0, 0, 0, 1, 0, 0);

    byte[] changed = grey.apply(bytes(100, 50, 200), bytes(0, 0, 0), rgb, random());

    // 0.299 * 100 + 0.587 * 50 + 0.114 * 200
    assertThat(changed).isEqualTo(bytes(82, 82, 82));
  }

  @Test
  void addsNoiseOfTheDeviationThatWasDrawn() {
    ImageForm large = new ImageForm(100, 1);
    byte[] flat = new byte[large.values()];
    Arrays.fill(flat, (byte) 128);
    Variation noisy = new Variation(0, 1, false, 0, 1, 0, 0, 1, 1, 0, 8);

    byte[] changed = noisy.apply(flat, flat, large, random());

    double squares =
        IntStream.range(0, changed.length)
            .mapToDouble(i -> Math.pow((changed[i] & 0xff) - 128, 2))
            .average()
            .orElseThrow();
    assertThat(Math.sqrt(squares)).isCloseTo(8, within(0.3));
  }

  @Test
  void drawsWithinItsBounds() {
    RandomGenerator random = random();
    for (int i = 0; i < 2_000; i++) {
      Variation drawn = Variation.draw(0.5, 7, false, random);
      assertThat(drawn.partner()).isBetween(0, 6);
      assertThat(drawn.flip()).isFalse();
      assertThat(drawn.weight()).isBetween(0.75, 1.0);
      assertThat(Math.toDegrees(drawn.angle())).isBetween(-10.0, 10.0);
      assertThat(drawn.zoom()).isBetween(0.875, 1.0);
      assertThat(Math.abs(drawn.shiftX())).isLessThanOrEqualTo((1 - drawn.zoom()) / 2);
      assertThat(Math.abs(drawn.shiftY())).isLessThanOrEqualTo((1 - drawn.zoom()) / 2);
      assertThat(drawn.contrast()).isBetween(0.85, 1.15);
      assertThat(drawn.saturation()).isBetween(0.85, 1.15);
      assertThat(drawn.brightness()).isBetween(-15.0, 15.0);
      assertThat(drawn.noise()).isBetween(0.0, 5.0);
    }
  }
}
