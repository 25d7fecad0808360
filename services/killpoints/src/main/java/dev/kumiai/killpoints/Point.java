package dev.kumiai.killpoints;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A place in the code.
///
/// @param name of the point
/// @param type binary name of a class
/// @param method all methods of that name
/// @param where in the method
/// @param callee a method that it calls; null unless `where` is relative to a call
public record Point(String name, String type, String method, Where where, @Nullable String callee) {

  private static final Pattern BLANK = Pattern.compile(" ");
  private static final int LONGEST = 5;

  /// Where in a method.
  public enum Where {
    ENTRY,
    /// Right before it returns; not when it throws.
    RETURN,
    BEFORE,
    AFTER
  }

  public Point {
    if ((callee != null) != (where == Where.BEFORE || where == Where.AFTER)) {
      throw new IllegalArgumentException(name + ": " + where + " and callee " + callee);
    }
  }

  String line() {
    String line = name + " " + type + " " + method + " " + where;
    return callee == null ? line : line + " " + callee;
  }

  static Point parse(String line) {
    List<String> words = List.of(BLANK.split(line));
    return new Point(
        words.get(0),
        words.get(1),
        words.get(2),
        Where.valueOf(words.get(3)),
        words.size() == LONGEST ? words.get(4) : null);
  }
}
