package dev.kumiai.engine.generator.classical;

import dev.kumiai.engine.data.LabelledImages;

/// Whether samples of a class look like others of it in the mirror. A mirrored letter is no letter,
/// a mirrored scratch is a scratch; samples tell, without anybody having to say so.
///
/// With `d(x)` the root mean square difference of a sample to the nearest other, and `m(x)` that of
/// its mirror image, the mirror suits a class when the mean of m is at most [#MOST_FARTHER] times
/// the mean of d.
final class Mirror {

  /// Digits of MNIST, which lean, are above it; land of EuroSAT and defects of castings below.
  static final double MOST_FARTHER = 1.12;

  /// More samples say the same.
  private static final int MOST_SAMPLES = 100;

  private Mirror() {}

  /// @param samples of one class
  static boolean suits(LabelledImages samples) {
    return samples.size() > 1 && farther(samples) <= MOST_FARTHER;
  }

  /// How much farther mirror images are from the class than its samples are.
  ///
  /// @param samples at least two
  static double farther(LabelledImages samples) {
    int count = Math.min(MOST_SAMPLES, samples.size());
    byte[][] pixels = new byte[count][samples.form().values()];
    for (int i = 0; i < count; i++) {
      // spread over all of them, which may be sorted
      samples.copyPixels((int) ((long) i * samples.size() / count), pixels[i], 0);
    }
    double plain = 0;
    double mirrored = 0;
    for (int i = 0; i < count; i++) {
      plain += nearest(pixels[i], pixels, i);
      mirrored += nearest(flip(pixels[i], samples.form().size()), pixels, i);
    }
    return plain == 0 ? (mirrored == 0 ? 1 : Double.POSITIVE_INFINITY) : mirrored / plain;
  }

  private static double nearest(byte[] pixels, byte[][] others, int self) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < others.length; i++) {
      if (i != self) {
        long sum = 0;
        for (int p = 0; p < pixels.length; p++) {
          int difference = (pixels[p] & 0xff) - (others[i][p] & 0xff);
          sum += (long) difference * difference;
        }
        least = Math.min(least, sum);
      }
    }
    return Math.sqrt((double) least / pixels.length);
  }

  private static byte[] flip(byte[] pixels, int size) {
    byte[] flipped = new byte[pixels.length];
    for (int start = 0; start < pixels.length; start += size) {
      for (int column = 0; column < size; column++) {
        flipped[start + column] = pixels[start + size - 1 - column];
      }
    }
    return flipped;
  }
}
