package dev.kumiai.cli.pilot;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Pieces of HTML and SVG. What comes from outside is always escaped.
final class Html {

  private Html() {}

  /// Text as it stands in an element or a quoted attribute.
  static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /// A coordinate.
  static String at(double coordinate) {
    return String.format(Locale.ROOT, "%.1f", coordinate);
  }

  static String section(String heading, String body) {
    return "<section><h2>%s</h2>%n%s</section>%n".formatted(text(heading), body);
  }

  static String paragraph(String sentences) {
    return "<p>%s</p>%n".formatted(text(sentences));
  }

  /// A table.
  ///
  /// @param rows of cells that are HTML already; the first cell of a row is its head
  static String table(List<String> heads, List<List<String>> rows) {
    StringBuilder table = new StringBuilder("<div class=\"scroll\"><table><thead><tr>");
    heads.forEach(head -> table.append("<th scope=\"col\">").append(text(head)).append("</th>"));
    table.append("</tr></thead><tbody>\n");
    for (List<String> row : rows) {
      table.append("<tr><th scope=\"row\">").append(row.getFirst()).append("</th>");
      row.subList(1, row.size()).forEach(cell -> table.append("<td>").append(cell).append("</td>"));
      table.append("</tr>\n");
    }
    return table.append("</tbody></table></div>\n").toString();
  }

  static String list(List<String> items) {
    return items.stream()
        .map(item -> "<li>" + text(item) + "</li>")
        .collect(Collectors.joining("\n", "<ul>", "</ul>\n"));
  }

  /// An element of an SVG with text.
  static String label(double x, double y, String kind, String text) {
    return "<text x=\"%s\" y=\"%s\" class=\"%s\">%s</text>%n"
        .formatted(at(x), at(y), kind, text(text));
  }

  static String line(double x1, double y1, double x2, double y2, String kind) {
    return "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"%s\"/>%n"
        .formatted(at(x1), at(y1), at(x2), at(y2), kind);
  }

  /// A drawing that fills the width it is given.
  ///
  /// @param title what is read out in its place
  static String svg(double width, double height, String title, String body) {
    return "<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">%n%s</svg>%n"
        .formatted(at(width), at(height), text(title), body);
  }
}
