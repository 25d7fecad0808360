package dev.kumiai.engine.generator;

import dev.kumiai.engine.data.LabelledImages;

/// What brings the pixels of a training set, from -1 (black) to 1 (white), to mean 0 and variance
/// 1.
///
/// Noise has variance 1. Against it, the images of a set with little contrast would drown at times
/// at which those of another still show, and a network would spend most of its training on nothing
/// but noise (Chen 2023, arXiv 2301.10972).
///
/// @param mean of all pixels in all channels
/// @param deviation their standard deviation, above 0
public record PixelScale(double mean, double deviation) {

  private static final double HALF_RANGE = 127.5;

  /// A set of one grey has no deviation of its own.
  private static final double LEAST_DEVIATION = 0.01;

  private static final double DECIMALS = 1e6;

  public PixelScale {
    if (!(deviation > 0 && Math.abs(mean) <= 1 && Double.isFinite(deviation))) {
      throw new IllegalArgumentException(
          "pixels have no mean %s and deviation %s".formatted(mean, deviation));
    }
  }

  /// The scale of a set, to six decimals.
  static PixelScale of(LabelledImages images) {
    long count = 0;
    double sum = 0;
    double squares = 0;
    byte[] pixels = new byte[images.form().values()];
    for (int i = 0; i < images.size(); i++) {
      images.copyPixels(i, pixels, 0);
      for (byte pixel : pixels) {
        double value = (pixel & 0xff) / HALF_RANGE - 1;
        sum += value;
        squares += value * value;
      }
      count += pixels.length;
    }
    double mean = sum / count;
    double deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
    return new PixelScale(rounded(mean), Math.max(LEAST_DEVIATION, rounded(deviation)));
  }

  private static double rounded(double value) {
    return Math.round(value * DECIMALS) / DECIMALS;
  }

  float of(byte pixel) {
    return (float) (((pixel & 0xff) / HALF_RANGE - 1 - mean) / deviation);
  }

  /// The nearest pixel.
  byte pixel(float value) {
    return (byte) Math.clamp(Math.round((value * deviation + mean + 1) * HALF_RANGE), 0, 255);
  }

  /// The value of black.
  float black() {
    return of((byte) 0);
  }

  /// The value of white.
  float white() {
    return of((byte) 255);
  }
}
