package dev.kumiai.cli.terminal;

import java.util.regex.Pattern;

/// How a word stands out, as an ANSI "select graphic rendition".
public enum Style {
  BOLD("1"),
  DIM("2"),
  GOOD("32"),
  BAD("31"),
  ACCENT("36");

  private static final Pattern CODES = Pattern.compile("\u001b\\[[0-9;]*m");
  private static final String RESET = "\u001b[0m";

  private final String code;

  Style(String code) {
    this.code = code;
  }

  String apply(String text) {
    return text.isEmpty() ? text : "\u001b[" + code + "m" + text + RESET;
  }

  /// Columns that `text` takes on a terminal; styles take none.
  static int width(String text) {
    String plain = CODES.matcher(text).replaceAll("");
    return plain.codePointCount(0, plain.length());
  }

  /// `text` cut to `columns`, ending in `ellipsis` where something was cut off.
  static String cut(String text, int columns, String ellipsis) {
    if (width(text) <= columns) {
      return text;
    }
    int room = Math.max(0, columns - ellipsis.length());
    StringBuilder kept = new StringBuilder();
    var codes = CODES.matcher(text);
    int at = 0;
    boolean styled = false;
    while (at < text.length() && room > 0) {
      if (codes.find(at) && codes.start() == at) {
        kept.append(codes.group());
        styled = !codes.group().equals(RESET);
        at = codes.end();
      } else {
        kept.appendCodePoint(text.codePointAt(at));
        at = text.offsetByCodePoints(at, 1);
        room--;
      }
    }
    return kept.append(styled ? RESET : "")
        .append(ellipsis, 0, Math.min(ellipsis.length(), Math.max(0, columns)))
        .toString();
  }
}
