package dev.kumiai.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Rows of words under a head, each column as wide as its widest cell; all but the first stand on
/// the right. The first is cut where a line would be wider than [#WIDTH].
final class TextTable {

  static final int WIDTH = 100;

  private static final String GAP = "  ";
  private static final String CUT = "...";

  /// Of the first column, whatever stands beside it.
  private static final int LEAST = 12;

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... head) {
    row(head);
  }

  TextTable row(String... cells) {
    return row(List.of(cells));
  }

  TextTable row(List<String> cells) {
    rows.add(List.copyOf(cells));
    return this;
  }

  List<String> lines() {
    int[] widths =
        IntStream.range(0, rows.getFirst().size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    int others = IntStream.of(widths).skip(1).map(width -> GAP.length() + width).sum();
    widths[0] = Math.min(widths[0], Math.max(LEAST, WIDTH - others));
    return rows.stream().map(cells -> line(cells, widths)).toList();
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = i == 0 ? cut(cells.getFirst(), widths[0]) : cells.get(i);
      String padding = " ".repeat(widths[i] - cell.length());
      line.append(i == 0 ? cell + padding : GAP + padding + cell);
    }
    return line.toString().stripTrailing();
  }

  /// The beginning of a text that is longer.
  static String cut(String cell, int width) {
    return cell.length() <= width ? cell : cell.substring(0, width - CUT.length()) + CUT;
  }
}
