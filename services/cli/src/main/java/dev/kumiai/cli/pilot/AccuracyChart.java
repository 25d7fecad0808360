package dev.kumiai.cli.pilot;

import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.pilot.PilotReport.ArmReport;
import dev.kumiai.protocol.pilot.PilotReport.Estimate;
import dev.kumiai.protocol.pilot.PilotReport.RoundBand;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Accuracy by round: a line for the mean over seeds, a band for its interval.
final class AccuracyChart {

  private static final double LEFT = 44;
  private static final double RIGHT = 12;
  private static final double TOP = 12;
  private static final double BOTTOM = 34;

  private final double width;
  private final double height;
  private final Scale rounds;
  private final Scale accuracy;

  /// @param all decides the axes, so that charts beside each other can be compared
  AccuracyChart(double width, double height, List<ArmReport> all) {
    this.width = width;
    this.height = height;
    List<RoundBand> bands = all.stream().flatMap(arm -> arm.byRound().stream()).toList();
    double last = bands.stream().mapToInt(RoundBand::round).max().orElse(1);
    double first = bands.stream().mapToInt(RoundBand::round).min().orElse(0);
    this.rounds = new Scale(first, Math.max(last, first + 1), LEFT, width - RIGHT);
    double low = bands.stream().mapToDouble(b -> lower(b.accuracy())).min().orElse(0);
    double high = bands.stream().mapToDouble(b -> upper(b.accuracy())).max().orElse(1);
    this.accuracy = Scale.around(Math.max(0, low), Math.min(1, high), height - BOTTOM, TOP);
  }

  private static double lower(Estimate estimate) {
    return estimate.lower() == null ? estimate.mean() : Math.max(0, estimate.lower());
  }

  private static double upper(Estimate estimate) {
    return estimate.upper() == null ? estimate.mean() : Math.min(1, estimate.upper());
  }

  /// Draws arms.
  ///
  /// @param banded those with a band
  String svg(String title, List<ArmReport> arms, List<Arm> banded) {
    StringBuilder body = new StringBuilder();
    for (double tick : accuracy.ticks()) {
      double y = accuracy.at(tick);
      body.append(Html.line(LEFT, y, width - RIGHT, y, "grid"));
      body.append(
          Html.label(
              LEFT - 6, y + 4, "tick end", String.format(Locale.ROOT, "%.0f %%", 100 * tick)));
    }
    for (double tick : rounds.ticks()) {
      if (tick == Math.rint(tick)) {
        body.append(
            Html.label(
                rounds.at(tick), height - BOTTOM + 16, "tick middle", "%.0f".formatted(tick)));
      }
    }
    body.append(Html.label((LEFT + width - RIGHT) / 2, height - 4, "tick middle", "round"));
    arms.stream().filter(arm -> banded.contains(arm.arm())).forEach(arm -> body.append(band(arm)));
    arms.forEach(arm -> body.append(line(arm)));
    return Html.svg(width, height, title, body.toString());
  }

  private String band(ArmReport arm) {
    List<String> there = new ArrayList<>();
    List<String> back = new ArrayList<>();
    for (RoundBand band : arm.byRound()) {
      String x = Html.at(rounds.at(band.round()));
      there.add(x + "," + Html.at(accuracy.within(lower(band.accuracy()))));
      back.addFirst(x + "," + Html.at(accuracy.within(upper(band.accuracy()))));
    }
    String points = Stream.concat(there.stream(), back.stream()).collect(Collectors.joining(" "));
    return "<polygon points=\"%s\" class=\"band %s\"/>%n".formatted(points, arm.arm().text());
  }

  private String line(ArmReport arm) {
    String points =
        arm.byRound().stream()
            .map(
                band ->
                    Html.at(rounds.at(band.round()))
                        + ","
                        + Html.at(accuracy.at(band.accuracy().mean())))
            .collect(Collectors.joining(" "));
    if (arm.byRound().size() == 1) {
      String[] only = points.split(",", 2);
      return "<circle cx=\"%s\" cy=\"%s\" r=\"4\" class=\"dot %s\"/>%n"
          .formatted(only[0], only[1], arm.arm().text());
    }
    return "<polyline points=\"%s\" class=\"curve %s\"/>%n".formatted(points, arm.arm().text());
  }
}
