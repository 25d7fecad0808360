package dev.kumiai.cli.pilot;

import dev.kumiai.cli.run.Words;
import dev.kumiai.protocol.pilot.PilotReport.Estimate;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Numbers of a report as its reader sees them.
final class Numbers {

  private static final double HUNDRED = 100;
  private static final double MILLIS = 1_000;
  private static final double KILO = 1_000;
  private static final String UNKNOWN = "-";

  private Numbers() {}

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", HUNDRED * share);
  }

  /// A share with the half-width of its interval.
  static String percent(@Nullable Estimate estimate) {
    if (estimate == null) {
      return UNKNOWN;
    }
    return percent(estimate.mean()).replace(' ', '\u00a0') + margin(estimate, HUNDRED);
  }

  /// A difference of shares with its interval.
  static String points(@Nullable Estimate estimate) {
    if (estimate == null) {
      return UNKNOWN;
    }
    String mean = String.format(Locale.ROOT, "%+.1f points", HUNDRED * estimate.mean());
    return estimate.lower() == null || estimate.upper() == null
        ? mean
        : mean
            + String.format(
                Locale.ROOT,
                "\u00a0<small>(%+.1f to %+.1f)</small>",
                HUNDRED * estimate.lower(),
                HUNDRED * estimate.upper());
  }

  static String plain(@Nullable Estimate estimate) {
    return estimate == null ? UNKNOWN : String.format(Locale.ROOT, "%.2f", estimate.mean());
  }

  private static String margin(Estimate estimate, double unit) {
    return estimate.upper() == null
        ? ""
        : String.format(
            Locale.ROOT,
            "\u00a0<small>± %.1f</small>",
            unit * (estimate.upper() - estimate.mean()));
  }

  static String confidence(double share) {
    String text = String.format(Locale.ROOT, "%.1f %%", HUNDRED * share);
    return text.replace(".0 %", " %");
  }

  static String seconds(double seconds) {
    return Words.duration(Duration.ofMillis(Math.round(seconds * MILLIS)));
  }

  /// Decimal units, as of networks.
  static String bytes(long bytes) {
    return bytes < KILO ? bytes + " B" : scaled((double) bytes, "B");
  }

  static String joules(double joules) {
    return scaled(joules, "J");
  }

  private static String scaled(double value, String unit) {
    String[] prefixes = {"", "k", "M", "G", "T"};
    double small = value;
    int prefix = 0;
    while (small >= KILO && prefix < prefixes.length - 1) {
      small /= KILO;
      prefix++;
    }
    int digits = small < 10 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + digits + "f %s%s", small, prefixes[prefix], unit);
  }
}
