package dev.kumiai.generation;

import dev.kumiai.core.Progress;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;

/// Shows progress to a person: one line that is drawn anew on a terminal, else a plain line for
/// each twentieth of the way.
final class ProgressLine implements Progress, AutoCloseable {

  private static final int WIDTH = 30;
  private static final int LINES = 20;
  private static final long NANOS_BETWEEN_DRAWINGS = 200_000_000;
  private static final String ERASE = "\r\033[K";

  private final PrintWriter out;
  private final boolean terminal;
  private final long begun = System.nanoTime();
  private double first = -1;
  private long drawn = begun - NANOS_BETWEEN_DRAWINGS;
  private int lines = -1;

  /// @param terminal whether `out` is one
  ProgressLine(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /// For standard error, which is a terminal or not.
  static ProgressLine onTerminal(PrintWriter err) {
    return new ProgressLine(
        err, Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent());
  }

  @Override
  public void report(double fraction, String stage) {
    long now = System.nanoTime();
    if (first < 0) {
      first = fraction;
    }
    if (terminal && (now - drawn >= NANOS_BETWEEN_DRAWINGS || fraction >= 1)) {
      drawn = now;
      out.print(ERASE + bar(fraction) + " " + line(fraction, stage, now));
      out.flush();
    } else if (!terminal && (int) (fraction * LINES) > lines) {
      lines = (int) (fraction * LINES);
      out.println(line(fraction, stage, now));
      out.flush();
    }
  }

  /// Leaves the line for what comes next.
  @Override
  public void close() {
    if (terminal) {
      out.print(ERASE);
      out.flush();
    }
  }

  private static String bar(double fraction) {
    int full = (int) Math.round(fraction * WIDTH);
    return "[" + "=".repeat(full) + " ".repeat(WIDTH - full) + "]";
  }

  private String line(double fraction, String stage, long now) {
    double done = fraction - first;
    String left = done <= 0 ? "" : ", " + clock((now - begun) * (1 - fraction) / done) + " left";
    return "%3d %% %s%s".formatted((int) (fraction * 100), stage, left);
  }

  private static String clock(double nanos) {
    Duration time = Duration.ofNanos((long) nanos);
    return "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
  }
}
