package dev.kumiai.engine.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/// A chart of one or several lines over a common axis, as a PNG for people: a loss over steps,
/// accuracies over rounds.
///
/// @param title what is shown
/// @param xAxis what runs to the right
/// @param yAxis what runs upwards
public record LineChart(String title, String xAxis, String yAxis, List<Series> series) {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 520;
  private static final int LEFT = 76;
  private static final int RIGHT = WIDTH - 28;
  private static final int TOP = 84;
  private static final int BOTTOM = HEIGHT - 66;
  private static final double SMALL = 9;

  /// Told apart also by those who do not see red and green alike (Okabe and Ito).
  private static final int[] COLOURS = {
    0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x555555
  };

  public LineChart {
    series = List.copyOf(series);
  }

  /// One line.
  ///
  /// @param name for the legend, which is drawn when there are several
  /// @param points from left to right; those that are not finite leave a gap
  public record Series(String name, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }
  }

  /// A place on a line.
  public record Point(double x, double y) {
    boolean isFinite() {
      return Double.isFinite(x) && Double.isFinite(y);
    }
  }

  /// An axis: the values at its ends and the distance of its ticks.
  private record Axis(double from, double to, double step, int start, int end) {

    /// Ends on ticks, which stand at 1, 2 or 5 times a power of ten.
    static Axis over(DoubleStream values, int ticks, int start, int end) {
      var range = values.summaryStatistics();
      double low = range.getCount() == 0 ? 0 : range.getMin();
      double high = range.getCount() == 0 ? 1 : range.getMax();
      if (high - low <= Math.abs(high) * 1e-9) {
        double room = high == 0 ? 1 : Math.abs(high) * 0.1;
        low -= room;
        high += room;
      } else if (low > 0 && low < 0.35 * high) {
        low = 0;
      }
      double rough = (high - low) / ticks;
      double power = Math.pow(10, Math.floor(Math.log10(rough)));
      double digit = rough / power;
      double step = power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
      return new Axis(
          Math.floor(low / step + 1e-9) * step,
          Math.ceil(high / step - 1e-9) * step,
          step,
          start,
          end);
    }

    int ticks() {
      return (int) Math.round((to - from) / step);
    }

    double value(int tick) {
      return from + tick * step;
    }

    String label(int tick) {
      int decimals = (int) Math.clamp(Math.ceil(-Math.log10(step) - 1e-9), 0, 9);
      String text = String.format(Locale.ROOT, "%." + decimals + "f", value(tick));
      return text.matches("-0(\\.0*)?") ? text.substring(1) : text;
    }

    double place(double value) {
      return start + (value - from) / (to - from) * (end - start);
    }
  }

  /// Writes the chart, 900 by 520 pixels.
  public void write(Path file) {
    Axis x = Axis.over(values(Point::x), 10, LEFT, RIGHT);
    Axis y = Axis.over(values(Point::y), 7, BOTTOM, TOP);
    try (Canvas canvas = new Canvas(WIDTH, HEIGHT)) {
      canvas.text(title, 24, 34, 13, Canvas.BLACK, Canvas.Align.LEFT);
      canvas.text(yAxis, 24, 62, SMALL, Canvas.GREY, Canvas.Align.LEFT);
      canvas.text(
          xAxis, (LEFT + RIGHT) / 2.0, HEIGHT - 18, SMALL, Canvas.GREY, Canvas.Align.CENTRE);
      drawAxes(canvas, x, y);
      for (int i = 0; i < series.size(); i++) {
        drawLine(canvas, series.get(i), COLOURS[i % COLOURS.length], x, y);
      }
      if (series.size() > 1) {
        drawLegend(canvas);
      }
      canvas.write(file);
    }
  }

  private DoubleStream values(ToDoubleFunction<Point> value) {
    return series.stream()
        .flatMap(line -> line.points().stream())
        .filter(Point::isFinite)
        .mapToDouble(value);
  }

  private static void drawAxes(Canvas canvas, Axis x, Axis y) {
    for (int tick = 0; tick <= y.ticks(); tick++) {
      double place = y.place(y.value(tick));
      canvas.line(LEFT, place, RIGHT, place, Canvas.PALE, 1);
      canvas.text(
          y.label(tick), LEFT - 10, place + SMALL / 2, SMALL, Canvas.GREY, Canvas.Align.RIGHT);
    }
    for (int tick = 0; tick <= x.ticks(); tick++) {
      double place = x.place(x.value(tick));
      canvas.line(place, BOTTOM, place, BOTTOM + 5, Canvas.GREY, 1);
      canvas.text(
          x.label(tick), place, BOTTOM + 10 + SMALL, SMALL, Canvas.GREY, Canvas.Align.CENTRE);
    }
    canvas.line(LEFT, BOTTOM, RIGHT, BOTTOM, Canvas.GREY, 1);
  }

  private static void drawLine(Canvas canvas, Series line, int colour, Axis x, Axis y) {
    List<Point> points = line.points();
    int from = 0;
    while (from < points.size()) {
      int to = from;
      while (to < points.size() && points.get(to).isFinite()) {
        to++;
      }
      double[] xs = points.subList(from, to).stream().mapToDouble(p -> x.place(p.x())).toArray();
      double[] ys = points.subList(from, to).stream().mapToDouble(p -> y.place(p.y())).toArray();
      if (to > from) {
        canvas.polyline(xs, ys, colour, 2);
      }
      // Few points are measurements, each of its own; many are a curve.
      for (int i = 0; i < xs.length && points.size() <= 40; i++) {
        canvas.dot(xs[i], ys[i], 3.3, colour);
      }
      from = to + 1;
    }
  }

  /// To the right of the name of the y axis, from the right end leftwards.
  private void drawLegend(Canvas canvas) {
    double right = RIGHT;
    for (int i = series.size() - 1; i >= 0; i--) {
      String name = series.get(i).name();
      double left = right - canvas.textWidth(name, SMALL);
      canvas.text(name, left, 62, SMALL, Canvas.BLACK, Canvas.Align.LEFT);
      canvas.line(
          left - 30, 62 - SMALL / 2, left - 8, 62 - SMALL / 2, COLOURS[i % COLOURS.length], 3);
      right = left - 52;
    }
  }
}
