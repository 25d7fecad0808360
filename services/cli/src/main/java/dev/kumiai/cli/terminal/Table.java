package dev.kumiai.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Rows under a head, each column as wide as its widest cell.
public final class Table {

  private static final String GAP = "  ";

  /// A column's title and the side its cells stand on.
  public record Column(String title, boolean right) {

    public static Column left(String title) {
      return new Column(title, false);
    }

    public static Column right(String title) {
      return new Column(title, true);
    }
  }

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  public Table(Column... columns) {
    this(List.of(columns));
  }

  /// Adds a row; cells may be styled.
  public Table row(List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.size() + " cells under " + columns.size() + " columns");
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  public Table row(String... cells) {
    return row(List.of(cells));
  }

  /// Columns that the table takes.
  public int width() {
    return IntStream.range(0, columns.size()).map(this::width).sum()
        + GAP.length() * (columns.size() - 1);
  }

  /// The head, a rule and the rows.
  public List<String> lines(Terminal terminal) {
    List<String> lines = new ArrayList<>();
    lines.add(terminal.paint(Style.BOLD, line(columns.stream().map(Column::title).toList())));
    lines.add(terminal.paint(Style.DIM, String.valueOf(terminal.glyphs().rule()).repeat(width())));
    rows.forEach(row -> lines.add(line(row)));
    return lines;
  }

  private int width(int column) {
    return Math.max(
        Style.width(columns.get(column).title()),
        rows.stream().mapToInt(row -> Style.width(row.get(column))).max().orElse(0));
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String padding = " ".repeat(width(i) - Style.width(cells.get(i)));
      line.append(i == 0 ? "" : GAP)
          .append(columns.get(i).right() ? padding + cells.get(i) : cells.get(i) + padding);
    }
    return line.toString().stripTrailing();
  }
}
