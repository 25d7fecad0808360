package dev.kumiai.core.tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A JSON text (RFC 8259), read strictly: no duplicate keys, no half surrogate pairs, nothing after
/// the value, and no deep nesting. Core stands on the JDK alone, and the JDK has no JSON reader.
sealed interface Json {

  record Members(Map<String, Json> byName) implements Json {}

  record Elements(List<Json> list) implements Json {}

  record Text(String value) implements Json {}

  /// An integer that fits in a long.
  record Whole(long value) implements Json {}

  /// `true`, `false`, `null` and all other numbers, as written.
  record Other(String written) implements Json {}

  /// The text is not JSON, or not what this reader admits.
  final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  /// An object has the same key twice.
  final class DuplicateKey extends Exception {
    private static final long serialVersionUID = 1L;

    DuplicateKey(String key) {
      super("key '" + key + "' occurs twice");
    }
  }

  static Json parse(String text) throws Malformed, DuplicateKey {
    return new Reader(text).document();
  }

  /// Reads from left to right; `at` is the next character.
  final class Reader {
    private static final int MAX_DEPTH = 16;

    private final String text;
    private int at;

    private Reader(String text) {
      this.text = text;
    }

    private Json document() throws Malformed, DuplicateKey {
      Json value = value(0);
      skipSpace();
      if (at < text.length()) {
        throw malformed("there is something after the end");
      }
      return value;
    }

    private Json value(int depth) throws Malformed, DuplicateKey {
      if (depth > MAX_DEPTH) {
        throw malformed("it is nested too deeply");
      }
      skipSpace();
      return switch (peek()) {
        case '{' -> members(depth);
        case '[' -> elements(depth);
        case '"' -> new Text(string());
        case 't' -> word("true");
        case 'f' -> word("false");
        case 'n' -> word("null");
        default -> number();
      };
    }

    private Members members(int depth) throws Malformed, DuplicateKey {
      Map<String, Json> byName = new LinkedHashMap<>();
      at++;
      skipSpace();
      if (!accept('}')) {
        do {
          skipSpace();
          String key = string();
          skipSpace();
          expect(':');
          if (byName.putIfAbsent(key, value(depth + 1)) != null) {
            throw new DuplicateKey(key);
          }
          skipSpace();
        } while (accept(','));
        expect('}');
      }
      return new Members(byName);
    }

    private Elements elements(int depth) throws Malformed, DuplicateKey {
      List<Json> list = new ArrayList<>();
      at++;
      skipSpace();
      if (!accept(']')) {
        do {
          list.add(value(depth + 1));
          skipSpace();
        } while (accept(','));
        expect(']');
      }
      return new Elements(list);
    }

    private String string() throws Malformed {
      expect('"');
      StringBuilder value = new StringBuilder();
      for (char c = next(); c != '"'; c = next()) {
        if (c < ' ') {
          throw malformed("a string has a control character");
        }
        value.append(c == '\\' ? escaped() : c);
      }
      for (int i = 0; i < value.length(); i += Character.charCount(value.codePointAt(i))) {
        int type = Character.getType(value.codePointAt(i));
        if (type == Character.SURROGATE) {
          throw malformed("a string has a half of a surrogate pair");
        }
      }
      return value.toString();
    }

    private char escaped() throws Malformed {
      char c = next();
      return switch (c) {
        case '"', '\\', '/' -> c;
        case 'b' -> '\b';
        case 'f' -> '\f';
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        case 'u' -> {
          int unit = 0;
          for (int i = 0; i < 4; i++) {
            unit = (unit << 4) | hexDigit(next());
          }
          yield (char) unit;
        }
        default -> throw malformed("a string has an unknown escape");
      };
    }

    private int hexDigit(char c) throws Malformed {
      if (c >= '0' && c <= '9') {
        return c - '0';
      }
      char lower = (char) (c | 0x20);
      if (lower >= 'a' && lower <= 'f') {
        return lower - 'a' + 10;
      }
      throw malformed("a \\u escape has four hexadecimal digits");
    }

    private Other word(String word) throws Malformed {
      if (!text.startsWith(word, at)) {
        throw malformed("a value is expected");
      }
      at += word.length();
      return new Other(word);
    }

    private Json number() throws Malformed {
      int start = at;
      accept('-');
      if (!accept('0')) {
        digits();
      }
      boolean whole = true;
      if (accept('.')) {
        whole = false;
        digits();
      }
      if (accept('e') || accept('E')) {
        whole = false;
        if (!accept('+')) {
          accept('-');
        }
        digits();
      }
      String written = text.substring(start, at);
      try {
        return whole ? new Whole(Long.parseLong(written)) : new Other(written);
      } catch (NumberFormatException _) {
        return new Other(written); // too large for a long
      }
    }

    private void digits() throws Malformed {
      int start = at;
      while (peek() >= '0' && peek() <= '9') {
        at++;
      }
      if (at == start) {
        throw malformed("a value is expected");
      }
    }

    private void skipSpace() {
      while (" \t\n\r".indexOf(peek()) >= 0) {
        at++;
      }
    }

    private void expect(char c) throws Malformed {
      if (!accept(c)) {
        throw malformed("'" + c + "' is expected");
      }
    }

    private boolean accept(char c) {
      if (at < text.length() && text.charAt(at) == c) {
        at++;
        return true;
      }
      return false;
    }

    private char next() throws Malformed {
      if (at >= text.length()) {
        throw malformed("it ends too early");
      }
      return text.charAt(at++);
    }

    /// The next character, or NUL, which no rule accepts, at the end.
    private char peek() {
      return at < text.length() ? text.charAt(at) : '\0';
    }

    private Malformed malformed(String what) {
      return new Malformed(what + ", at character " + at);
    }
  }
}
