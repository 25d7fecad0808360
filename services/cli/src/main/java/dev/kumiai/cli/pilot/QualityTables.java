package dev.kumiai.cli.pilot;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kumiai.core.Digest;
import dev.kumiai.core.pilot.Arm;
import dev.kumiai.protocol.pilot.PilotReport;
import dev.kumiai.protocol.pilot.PilotReport.RunReport;
import dev.kumiai.protocol.pilot.PilotReport.SiteReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What the sites' generation measured of its sets, quality and privacy: every number of the file
/// `quality.json` beside the samples, a row for each and a column for each site. The page does not
/// need to know what is measured.
final class QualityTables {

  private static final String FILE = "quality.json";

  /// Deeper numbers are for programs.
  private static final int MOST_ROWS = 60;

  private QualityTables() {}

  /// Empty where no site has measured anything.
  static String html(PilotReport report, SiteFiles files) {
    for (RunReport run : report.runs()) {
      if (run.arm() == Arm.GENERATION && Objects.equals(run.amount(), report.chosen())) {
        Map<String, Map<String, String>> bySite = new LinkedHashMap<>();
        for (SiteReport site : run.sites()) {
          Digest plan = site.plan();
          if (plan != null) {
            files
                .told(site.site(), plan, FILE)
                .ifPresent(
                    told -> {
                      Map<String, String> numbers = new LinkedHashMap<>();
                      collect("", told, numbers);
                      bySite.put(site.site().value(), numbers);
                    });
          }
        }
        if (!bySite.isEmpty()) {
          return section(bySite, run.seed());
        }
      }
    }
    return "";
  }

  private static void collect(String name, JsonNode node, Map<String, String> numbers) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              child ->
                  collect(
                      name.isEmpty() ? child.getKey() : name + ", " + child.getKey(),
                      child.getValue(),
                      numbers));
    } else if (node.isIntegralNumber()) {
      numbers.put(name, node.asText());
    } else if (node.isNumber()) {
      numbers.put(name, String.format(Locale.ROOT, "%.4g", node.asDouble()));
    }
  }

  private static String section(Map<String, Map<String, String>> bySite, long seed) {
    Set<String> names = new LinkedHashSet<>();
    bySite.values().forEach(numbers -> names.addAll(numbers.keySet()));
    List<String> heads = new ArrayList<>(List.of("Measure"));
    heads.addAll(bySite.keySet());
    List<List<String>> rows = new ArrayList<>();
    for (String name : names.stream().limit(MOST_ROWS).toList()) {
      List<String> row = new ArrayList<>(List.of(Html.text(name)));
      bySite.values().forEach(numbers -> row.add(Html.text(numbers.getOrDefault(name, "-"))));
      rows.add(row);
    }
    return Html.section(
        "Quality and privacy of the generated sets",
        Html.table(heads, rows)
            + Html.paragraph(
                "As measured at the sites of seed %d. Distances to the closest private sample are a hint only: they prove nothing about privacy."
                    .formatted(seed)));
  }
}
