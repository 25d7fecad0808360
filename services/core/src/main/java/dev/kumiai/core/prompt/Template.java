package dev.kumiai.core.prompt;

import dev.kumiai.core.KumiaiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// A text with placeholders such as `{class}`. What takes their place is never looked through for
/// placeholders itself.
final class Template {

  private static final char OPEN = '{';
  private static final char CLOSE = '}';

  /// A piece of a template.
  private sealed interface Part {
    record Words(String text) implements Part {}

    record Placeholder(String name) implements Part {}
  }

  private final List<Part> parts;

  private Template(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /// Reads a template.
  ///
  /// @throws KumiaiException.Invalid `prompt-template-malformed` for a brace without its partner
  static Template parse(String text) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int open = text.indexOf(OPEN, at);
      String words = text.substring(at, open < 0 ? text.length() : open);
      int close = open < 0 ? -1 : text.indexOf(CLOSE, open);
      String name = close < 0 ? "" : text.substring(open + 1, close);
      if (words.indexOf(CLOSE) >= 0 || (open >= 0 && close < 0) || name.indexOf(OPEN) >= 0) {
        throw new KumiaiException.Invalid(
            "prompt-template-malformed",
            "has a brace without its partner: a placeholder stands in braces, as {class} does");
      }
      parts.add(new Part.Words(words));
      if (open < 0) {
        break;
      }
      parts.add(new Part.Placeholder(name));
      at = close + 1;
    }
    return new Template(parts);
  }

  SortedSet<String> placeholders() {
    SortedSet<String> names = new TreeSet<>();
    for (Part part : parts) {
      if (part instanceof Part.Placeholder placeholder) {
        names.add(placeholder.name());
      }
    }
    return names;
  }

  /// The text, with what `values` has for each placeholder.
  String fill(Map<String, String> values) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Words words -> text.append(words.text());
        case Part.Placeholder placeholder -> text.append(values.get(placeholder.name()));
      }
    }
    return text.toString();
  }
}
