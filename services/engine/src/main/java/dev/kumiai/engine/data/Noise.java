package dev.kumiai.engine.data;

/// Smooth noise over the plane, the same on every machine: gradient noise on the integer lattice
/// (Perlin, "Improving Noise", 2002) and the distance to scattered points (Worley, 1996).
final class Noise {

  /// Gradients of length 1 in 16 directions, x and y in turn.
  private static final double[] GRADIENTS = new double[32];

  static {
    for (int i = 0; i < 16; i++) {
      GRADIENTS[2 * i] = StrictMath.cos(i * StrictMath.PI / 8);
      GRADIENTS[2 * i + 1] = StrictMath.sin(i * StrictMath.PI / 8);
    }
  }

  private final int seed;

  Noise(int seed) {
    this.seed = seed;
  }

  /// Gradient noise with one hill or hollow a unit, mostly within -1 to 1.
  double at(double x, double y) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    double dx = x - left;
    double dy = y - top;
    double sx = dx * dx * dx * (dx * (6 * dx - 15) + 10);
    double sy = dy * dy * dy * (dy * (6 * dy - 15) + 10);
    double upper = mix(slope(left, top, dx, dy), slope(left + 1, top, dx - 1, dy), sx);
    double lower =
        mix(slope(left, top + 1, dx, dy - 1), slope(left + 1, top + 1, dx - 1, dy - 1), sx);
    return 1.5 * mix(upper, lower, sy);
  }

  /// Gradient noise at doubling frequencies and halving heights, mostly within -1 to 1.
  double fractal(double x, double y, int octaves) {
    double sum = 0;
    double height = 1;
    double total = 0;
    for (int octave = 0; octave < octaves; octave++) {
      sum += height * at(x + 17 * octave, y - 31 * octave);
      total += height;
      height /= 2;
      x *= 2;
      y *= 2;
    }
    return sum / total * 1.3;
  }

  /// Distance to the nearest of points scattered one a unit square.
  double toNearestPoint(double x, double y) {
    int column = (int) Math.floor(x);
    int row = (int) Math.floor(y);
    double nearest = 4;
    for (int i = row - 1; i <= row + 1; i++) {
      for (int j = column - 1; j <= column + 1; j++) {
        int hash = hash(j, i);
        double dx = j + (hash & 0xffff) / 65536.0 - x;
        double dy = i + (hash >>> 16) / 65536.0 - y;
        nearest = Math.min(nearest, dx * dx + dy * dy);
      }
    }
    return Math.sqrt(nearest);
  }

  private double slope(int x, int y, double dx, double dy) {
    int direction = hash(x, y) >>> 28;
    return GRADIENTS[2 * direction] * dx + GRADIENTS[2 * direction + 1] * dy;
  }

  private int hash(int x, int y) {
    int h = seed + x * 0x9E3779B9 + y * 0x85EBCA6B;
    h = (h ^ (h >>> 16)) * 0x7FEB352D;
    h = (h ^ (h >>> 15)) * 0x846CA68B;
    return h ^ (h >>> 16);
  }

  private static double mix(double a, double b, double share) {
    return a + share * (b - a);
  }
}
