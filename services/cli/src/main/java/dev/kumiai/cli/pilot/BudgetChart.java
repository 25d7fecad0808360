package dev.kumiai.cli.pilot;

import dev.kumiai.protocol.pilot.PilotReport.SiteReport;
import java.util.List;
import java.util.Map;

/// What each site has of every class, before and after generation, as stacked bars.
final class BudgetChart {

  private static final double WIDTH = 720;
  private static final double LEFT = 150;
  private static final double RIGHT = 60;
  private static final double BAR = 13;
  private static final double GAP = 3;
  private static final double SITE = 2 * BAR + GAP + 14;

  private final List<String> classes;
  private final List<SiteReport> sites;
  private final Scale scale;

  BudgetChart(List<String> classes, List<SiteReport> sites) {
    this.classes = classes;
    this.sites = sites;
    int most =
        sites.stream().mapToInt(site -> sum(site.held()) + sum(site.generated())).max().orElse(1);
    this.scale = new Scale(0, Math.max(1, most), LEFT, WIDTH - RIGHT);
  }

  static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /// The colour of a class, told apart from its neighbours.
  static String hue(int index, int classes) {
    return "hsl(%d 62%% %d%%)"
        .formatted(Math.round(360.0 * index / Math.max(1, classes)), index % 2 == 0 ? 46 : 60);
  }

  String svg() {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < sites.size(); i++) {
      SiteReport site = sites.get(i);
      double y = i * SITE + 4;
      body.append(Html.label(LEFT - 48, y + BAR + 5, "name end", site.site().value()));
      body.append(Html.label(LEFT - 8, y + 11, "tick end", "before"));
      body.append(Html.label(LEFT - 8, y + BAR + GAP + 11, "tick end", "after"));
      body.append(bar(site, y, false));
      body.append(bar(site, y + BAR + GAP, true));
    }
    return Html.svg(
        WIDTH,
        sites.size() * SITE + 4,
        "Samples of every class at every site, before and after generation",
        body.toString());
  }

  private String bar(SiteReport site, double y, boolean after) {
    StringBuilder bar = new StringBuilder();
    int from = 0;
    for (int c = 0; c < classes.size(); c++) {
      String name = classes.get(c);
      int held = site.held().getOrDefault(name, 0);
      bar.append(part(from, held, y, c, name + ": " + held + " private", ""));
      from += held;
      int made = after ? site.generated().getOrDefault(name, 0) : 0;
      bar.append(part(from, made, y, c, name + ": " + made + " generated", "made"));
      from += made;
    }
    bar.append(Html.label(scale.at(from) + 6, y + 11, "tick", String.valueOf(from)));
    return bar.toString();
  }

  private String part(int from, int count, double y, int index, String title, String kind) {
    if (count == 0) {
      return "";
    }
    return "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\" class=\"%s\"><title>%s</title></rect>%n"
        .formatted(
            Html.at(scale.at(from)),
            Html.at(y),
            Html.at(scale.at(count) - scale.at(0)),
            Html.at(BAR),
            hue(index, classes.size()),
            kind,
            Html.text(title));
  }

  /// The classes with their colours.
  String legend() {
    StringBuilder legend = new StringBuilder("<p class=\"legend\">");
    for (int c = 0; c < classes.size(); c++) {
      legend.append(
          "<span><i style=\"background:%s\"></i>%s</span> "
              .formatted(hue(c, classes.size()), Html.text(classes.get(c))));
    }
    return legend.append("<span><i class=\"made\"></i>paler: generated</span></p>\n").toString();
  }
}
