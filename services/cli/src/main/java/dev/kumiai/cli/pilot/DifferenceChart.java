package dev.kumiai.cli.pilot;

import dev.kumiai.protocol.pilot.PilotReport.Difference;
import dev.kumiai.protocol.pilot.PilotReport.Estimate;
import java.util.List;
import java.util.Locale;

/// Paired differences as dots with whiskers, a row for each arm that generation is compared with.
final class DifferenceChart {

  private static final double POINTS = 100;
  private static final double WIDTH = 720;
  private static final double LEFT = 210;
  private static final double RIGHT = 70;
  private static final double ROW = 34;
  private static final double TOP = 8;
  private static final double BOTTOM = 40;

  private final List<Difference> differences;
  private final double minimumGain;
  private final Scale scale;
  private final double height;

  /// @param minimumGain accuracy, 0 to 1, marked in the row of the baseline
  DifferenceChart(List<Difference> differences, double minimumGain) {
    this.differences = differences;
    this.minimumGain = minimumGain;
    this.height = TOP + ROW * differences.size() + BOTTOM;
    double low = 0;
    double high = minimumGain;
    for (Difference difference : differences) {
      low = Math.min(low, lower(difference.accuracy()));
      high = Math.max(high, upper(difference.accuracy()));
    }
    this.scale = Scale.around(low * POINTS, high * POINTS, LEFT, WIDTH - RIGHT);
  }

  private static double lower(Estimate estimate) {
    return Math.max(-1, estimate.lower() == null ? estimate.mean() : estimate.lower());
  }

  private static double upper(Estimate estimate) {
    return Math.min(1, estimate.upper() == null ? estimate.mean() : estimate.upper());
  }

  String svg() {
    double bottom = height - BOTTOM;
    StringBuilder body = new StringBuilder();
    for (double tick : scale.ticks()) {
      double x = scale.at(tick);
      body.append(Html.line(x, TOP, x, bottom, tick == 0 ? "zero" : "grid"));
      body.append(Html.label(x, bottom + 16, "tick middle", tick == 0 ? "0" : number(tick)));
    }
    double least = scale.at(minimumGain * POINTS);
    body.append(Html.line(least, TOP, least, bottom, "least"));
    body.append(
        Html.label(
            (LEFT + WIDTH - RIGHT) / 2,
            height - 6,
            "tick middle",
            "points of accuracy by which generation is ahead (dashed: the gain that matters)"));
    for (int i = 0; i < differences.size(); i++) {
      body.append(row(differences.get(i), TOP + ROW * (i + 0.5)));
    }
    return Html.svg(
        WIDTH, height, "Accuracy with generation less that of other arms", body.toString());
  }

  private String row(Difference difference, double y) {
    Estimate accuracy = difference.accuracy();
    String arm = difference.arm().text();
    double x = scale.at(accuracy.mean() * POINTS);
    StringBuilder row = new StringBuilder();
    row.append(Html.label(LEFT - 12, y + 4, "name end", "ahead of " + arm));
    if (accuracy.lower() != null && accuracy.upper() != null) {
      double from = scale.within(accuracy.lower() * POINTS);
      double to = scale.within(accuracy.upper() * POINTS);
      row.append(Html.line(from, y, to, y, "whisker " + arm));
      row.append(Html.line(from, y - 5, from, y + 5, "whisker " + arm));
      row.append(Html.line(to, y - 5, to, y + 5, "whisker " + arm));
    }
    row.append(
        "<circle cx=\"%s\" cy=\"%s\" r=\"5\" class=\"dot %s\"/>%n"
            .formatted(Html.at(x), Html.at(y), arm));
    row.append(Html.label(WIDTH - RIGHT + 10, y + 4, "name", number(accuracy.mean() * POINTS)));
    return row.toString();
  }

  private static String number(double points) {
    String text = String.format(Locale.ROOT, "%+.1f", points);
    return text.endsWith(".0") && Math.abs(points) >= 10
        ? text.substring(0, text.length() - 2)
        : text;
  }
}
