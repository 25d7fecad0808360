package dev.kumiai.acceptance.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What is written about the chart agrees with it.
class ChartPageTest {

  private static final Path PAGE = Chart.FOLDER.resolve("README.md");
  private static final Pattern METRIC = Pattern.compile("\\b(kumiai|http_server|jvm|process)_\\w+");

  /// `-Dregenerate` renews the table.
  @Test
  void theTableOfValuesIsThatOfTheChart() throws Exception {
    String page = Files.readString(PAGE);
    String wanted = page.substring(0, page.indexOf("| value |")) + ValuesPage.table();
    if (System.getProperty("regenerate") != null) {
      Files.writeString(PAGE, wanted);
    }

    assertThat(Files.readString(PAGE))
        .as("run ./kumiai maven -pl services/acceptance -am test -Dtest=ChartPageTest -Dregenerate")
        .isEqualTo(wanted);
  }

  @Test
  void everyValueIsDescribed() throws IOException {
    Set<String> leaves = new TreeSet<>();
    leaves(Chart.YAML.readTree(Chart.FOLDER.resolve("values.yaml").toFile()), "", leaves);

    assertThat(leaves)
        .allMatch(
            leaf ->
                ValuesPage.keys().stream()
                    .anyMatch(key -> leaf.equals(key) || leaf.startsWith(key + ".")),
            "has a comment");
  }

  @Test
  void theChartHasTheVersionOfTheProject() throws IOException {
    JsonNode chart = Chart.YAML.readTree(Chart.FOLDER.resolve("Chart.yaml").toFile());
    Matcher version =
        Pattern.compile("<artifactId>kumiai</artifactId>\\s*<version>([^<]+)</version>")
            .matcher(Files.readString(Chart.FOLDER.resolve("../../pom.xml")));

    assertThat(version.find()).isTrue();
    assertThat(chart.at("/version").asText()).isEqualTo(version.group(1));
    assertThat(chart.at("/appVersion").asText()).isEqualTo(version.group(1));
  }

  /// The metrics of our own are those of the table; the others are Micrometer's.
  @Test
  void dashboardsAskForMetricsThatAreDocumentedAlone() throws IOException {
    String documented =
        Files.readString(Chart.FOLDER.resolve("../../docs/telemetry.md"))
            + "http_server_requests_seconds http_server_bytes_read http_server_bytes_written"
            + " jvm_memory_used_bytes process_cpu_usage";
    Set<String> asked = new TreeSet<>();
    try (Stream<Path> files = Files.list(Chart.FOLDER.resolve("dashboards"))) {
      for (Path file : files.toList()) {
        for (JsonNode panel : Chart.YAML.readTree(file.toFile()).at("/panels")) {
          assertThat(panel.at("/title").asText()).isNotEmpty();
          for (JsonNode target : panel.at("/targets")) {
            Matcher metrics = METRIC.matcher(target.at("/expr").asText());
            while (metrics.find()) {
              asked.add(metrics.group().replaceAll("_(count|sum|max)$", ""));
            }
          }
        }
      }
    }
    asked.remove("kumiai_dev_site"); // a label, of the PodMonitor

    assertThat(asked).hasSizeGreaterThan(8).allMatch(documented::contains, "is documented");
  }

  @Test
  void dashboardsAreWholeInTheirConfigMap() throws IOException {
    JsonNode dashboards =
        Chart.render("metrics: {dashboards: {enabled: true}}")
            .one("ConfigMap", "guild-kumiai-dashboards");

    assertThat(dashboards.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
    assertThat(dashboards.at("/data")).hasSize(2);
    for (var dashboard : dashboards.at("/data").properties()) {
      assertThat(Chart.YAML.readTree(dashboard.getValue().asText()))
          .isEqualTo(
              Chart.YAML.readTree(
                  Chart.FOLDER.resolve("dashboards").resolve(dashboard.getKey()).toFile()));
    }
  }

  private static void leaves(JsonNode node, String path, Set<String> into) {
    if (!node.isObject() || node.isEmpty()) {
      into.add(path);
      return;
    }
    node.properties()
        .forEach(
            child ->
                leaves(
                    child.getValue(),
                    path.isEmpty() ? child.getKey() : path + "." + child.getKey(),
                    into));
  }
}
