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

/// What the sites measured of their generated sets: every number over all classes, and of the
/// attack on privacy, of the file `quality.json` beside the samples; a row for each and a column
/// for each site. The page does not need to know what is measured.
final class QualityTables {

  private static final String FILE = "quality.json";

  /// Parts of the file, over all classes.
  private static final String QUALITY = "all";

  private static final String ATTACK = "guides";

  private QualityTables() {}

  /// Empty where no site has measured anything.
  static String html(PilotReport report, SiteFiles files) {
    for (RunReport run : report.runs()) {
      if (run.arm() == Arm.GENERATION && Objects.equals(run.amount(), report.chosen())) {
        Map<String, JsonNode> bySite = new LinkedHashMap<>();
        for (SiteReport site : run.sites()) {
          Digest plan = site.plan();
          if (plan != null) {
            files
                .told(site.site(), plan, FILE)
                .ifPresent(told -> bySite.put(site.site().value(), told));
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

  private static String section(Map<String, JsonNode> bySite, long seed) {
    return Html.section(
        "Quality and privacy of the generated sets",
        table("Quality", QUALITY, bySite)
            + table("Attack on privacy", ATTACK, bySite)
            + Html.paragraph(
                "As measured at the sites of seed %d, over all classes; docs/quality.md says what each number means and what it does not prove. Distances to the closest private sample are a hint only: they prove nothing about privacy, and neither does an attack that fails."
                    .formatted(seed)));
  }

  private static String table(String head, String part, Map<String, JsonNode> bySite) {
    Map<String, Map<String, String>> numbers = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>();
    bySite.forEach(
        (site, told) -> {
          Map<String, String> ofSite = new LinkedHashMap<>();
          collect("", told.path(part), ofSite);
          numbers.put(site, ofSite);
          names.addAll(ofSite.keySet());
        });
    if (names.isEmpty()) {
      return "";
    }
    List<String> heads = new ArrayList<>(List.of(head));
    heads.addAll(numbers.keySet());
    List<List<String>> rows = new ArrayList<>();
    for (String name : names) {
      List<String> row = new ArrayList<>(List.of(Html.text(inWords(name))));
      numbers.values().forEach(ofSite -> row.add(Html.text(ofSite.getOrDefault(name, "-"))));
      rows.add(row);
    }
    return Html.table(heads, rows);
  }

  /// `trainRealTestReal` as "train real test real".
  private static String inWords(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])", " ")
        .toLowerCase(Locale.ROOT);
  }
}
