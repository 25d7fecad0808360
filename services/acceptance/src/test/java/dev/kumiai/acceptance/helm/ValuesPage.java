package dev.kumiai.acceptance.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The table of values in the chart's README, from the comments in `values.yaml`: one that begins
/// with `# --` describes the key below it.
final class ValuesPage {

  private static final Pattern KEY = Pattern.compile("( *)([A-Za-z0-9]+):.*");
  private static final String BEGIN = "# -- ";

  private ValuesPage() {}

  /// A value.
  ///
  /// @param key such as `aggregation.replicas`
  /// @param standard what it is by default, as JSON
  record Row(String key, String standard, String meaning) {

    String markdown() {
      return "| `%s` | `%s` | %s |".formatted(key, standard, meaning.replace("|", "\\|"));
    }
  }

  static List<String> keys() {
    return rows().stream().map(Row::key).toList();
  }

  static String table() {
    List<String> lines =
        new ArrayList<>(List.of("| value | default | meaning |", "| --- | --- | --- |"));
    rows().forEach(row -> lines.add(row.markdown()));
    return String.join("\n", lines) + "\n";
  }

  static List<Row> rows() {
    try {
      JsonNode values = Chart.YAML.readTree(Chart.FOLDER.resolve("values.yaml").toFile());
      List<Row> rows = new ArrayList<>();
      Deque<String> path = new ArrayDeque<>();
      StringBuilder meaning = new StringBuilder();
      for (String line : Files.readAllLines(Chart.FOLDER.resolve("values.yaml"))) {
        String text = line.strip();
        if (text.startsWith("#")) {
          meaning.append(
              text.startsWith(BEGIN) ? text.substring(BEGIN.length()) : text.substring(1));
          continue;
        }
        Matcher key = KEY.matcher(line);
        if (key.matches()) {
          while (path.size() > key.group(1).length() / 2) {
            path.removeLast();
          }
          path.addLast(key.group(2));
          if (!meaning.isEmpty()) {
            String name = String.join(".", path);
            JsonNode standard = values.at("/" + String.join("/", path));
            rows.add(new Row(name, standard.toString(), meaning.toString()));
          }
        }
        meaning.setLength(0);
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
