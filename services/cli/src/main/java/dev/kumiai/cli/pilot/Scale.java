package dev.kumiai.cli.pilot;

import java.util.ArrayList;
import java.util.List;

/// Maps values to coordinates along one axis.
///
/// @param low value at `from`
/// @param high value at `to`, above `low`
record Scale(double low, double high, double from, double to) {

  private static final int TICKS = 5;
  private static final double[] ROUND = {1, 2, 5, 10};

  double at(double value) {
    return from + (to - from) * (value - low) / (high - low);
  }

  /// The same, kept within the axis.
  double within(double value) {
    return at(Math.clamp(value, low, high));
  }

  /// Round values along the axis, about five.
  List<Double> ticks() {
    double step = step(high - low);
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  private static double step(double range) {
    double rough = range / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double round : ROUND) {
      if (rough <= round * power * (1 + 1e-9)) {
        return round * power;
      }
    }
    return 10 * power;
  }

  /// An axis over values with a little room on both sides.
  static Scale around(double low, double high, double from, double to) {
    double room = high > low ? 0.06 * (high - low) : 0.05;
    return new Scale(low - room, high + room, from, to);
  }
}
