package dev.kumiai.engine.generator.classical;

import dev.kumiai.engine.data.ImageForm;
import java.util.random.RandomGenerator;

/// What is changed about one real sample x, drawn for it, with s the strength from 0 to 1 and
/// values from 0 to 255. In this order:
///
/// | change | formula | drawn |
/// | --- | --- | --- |
/// | mixup with y of the same class (Zhang et al. 2017, arXiv 1710.09412) | `w x + (1 - w) y` | for half of the samples, w from 1 - s/2 to 1 |
/// | flip | `x(-u, v)` | for half of the samples, where mirroring suits the class |
/// | rotation, crop (Krizhevsky et al. 2012) | `x(z R(a) (u, v) + d)` | a to 20 s degrees either way, z from 1 - s/4 to 1, d within what the crop leaves |
/// | saturation, contrast (Howard 2013, arXiv 1312.5402) | `g + q (x - g)`, `m + k (x - m)` | q and k to 0.3 s around 1; g the grey of a pixel, m the mean of the image |
/// | brightness | `x + b` | b to 30 s either way |
/// | noise | `x + n e`, e normal | n from 0 to 10 s |
///
/// Mixup is within a class, so that labels stay whole. Beyond the edge the edge goes on.
///
/// @param partner index of the sample that is mixed in
/// @param weight of the sample itself in the mixture
/// @param flip whether left and right change places
/// @param angle of the rotation in radians
/// @param zoom share of the side that the crop keeps
/// @param shiftX of the crop from the middle, as a share of the side
/// @param shiftY likewise, down
/// @param saturation factor
/// @param contrast factor
/// @param brightness in values
/// @param noise its standard deviation in values
record Variation(
    int partner,
    double weight,
    boolean flip,
    double angle,
    double zoom,
    double shiftX,
    double shiftY,
    double saturation,
    double contrast,
    double brightness,
    double noise) {

  private static final double MOST_DEGREES = 20;
  private static final double MOST_CROP = 0.25;
  private static final double MOST_FACTOR = 0.3;
  private static final double MOST_BRIGHTNESS = 30;
  private static final double MOST_NOISE = 10;

  /// Weights of red, green and blue in grey, as of ITU-R BT.601.
  private static final double[] LUMA = {0.299, 0.587, 0.114};

  /// Draws a variation.
  ///
  /// @param samples how many there are to mix with
  /// @param mirrors whether the class may be flipped
  static Variation draw(double strength, int samples, boolean mirrors, RandomGenerator random) {
    int partner = random.nextInt(samples);
    double weight = random.nextBoolean() ? 1 - strength / 2 * random.nextDouble() : 1;
    boolean flip = random.nextBoolean() && mirrors && strength > 0;
    double angle = Math.toRadians(MOST_DEGREES) * strength * around(random);
    double zoom = 1 - MOST_CROP * strength * random.nextDouble();
    double left = (1 - zoom) / 2;
    return new Variation(
        partner,
        weight,
        flip,
        angle,
        zoom,
        left * around(random),
        left * around(random),
        1 + MOST_FACTOR * strength * around(random),
        1 + MOST_FACTOR * strength * around(random),
        MOST_BRIGHTNESS * strength * around(random),
        MOST_NOISE * strength * random.nextDouble());
  }

  /// From -1 to 1.
  private static double around(RandomGenerator random) {
    return 2 * random.nextDouble() - 1;
  }

  /// The changed sample.
  ///
  /// @param pixels the sample, planar
  /// @param mixedIn the partner, planar
  byte[] apply(byte[] pixels, byte[] mixedIn, ImageForm form, RandomGenerator random) {
    double[] values = new double[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = weight * (pixels[i] & 0xff) + (1 - weight) * (mixedIn[i] & 0xff);
    }
    values = warp(values, form);
    if (form.channels() == LUMA.length) {
      saturate(values, form.size() * form.size());
    }
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    byte[] changed = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      double value = mean + contrast * (values[i] - mean) + brightness;
      value += noise * random.nextGaussian();
      changed[i] = (byte) Math.clamp(Math.round(value), 0, 255);
    }
    return changed;
  }

  private double[] warp(double[] values, ImageForm form) {
    int size = form.size();
    double middle = (size - 1) / 2.0;
    double cos = zoom * Math.cos(angle);
    double sin = zoom * Math.sin(angle);
    double[] warped = new double[values.length];
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        double u = (flip ? -1 : 1) * (column - middle);
        double v = row - middle;
        double x = middle + cos * u - sin * v + shiftX * size;
        double y = middle + sin * u + cos * v + shiftY * size;
        for (int c = 0; c < form.channels(); c++) {
          int plane = c * size * size;
          warped[plane + row * size + column] = between(values, plane, size, x, y);
        }
      }
    }
    return warped;
  }

  /// The value between four pixels.
  private static double between(double[] values, int plane, int size, double x, double y) {
    int last = size - 1;
    double inX = Math.clamp(x, 0, last);
    double inY = Math.clamp(y, 0, last);
    int left = (int) inX;
    int top = (int) inY;
    double right = inX - left;
    double down = inY - top;
    int nextX = Math.min(last, left + 1);
    int nextY = Math.min(last, top + 1);
    double above =
        (1 - right) * values[plane + top * size + left]
            + right * values[plane + top * size + nextX];
    double below =
        (1 - right) * values[plane + nextY * size + left]
            + right * values[plane + nextY * size + nextX];
    return (1 - down) * above + down * below;
  }

  private void saturate(double[] values, int plane) {
    for (int i = 0; i < plane; i++) {
      double grey = 0;
      for (int c = 0; c < LUMA.length; c++) {
        grey += LUMA[c] * values[c * plane + i];
      }
      for (int c = 0; c < LUMA.length; c++) {
        values[c * plane + i] = grey + saturation * (values[c * plane + i] - grey);
      }
    }
  }
}
