package dev.kumiai.kubernetes.resource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The `@param` lines above the records of a source folder, for `kubectl explain`.
final class RecordDocs {

  private static final Pattern PARAM = Pattern.compile("@param (\\w+) (.*)");
  private static final Pattern RECORD = Pattern.compile("\\brecord (\\w+)\\(");
  private static final Pattern LINK = Pattern.compile("\\[(?:[A-Za-z.]*[.#])?(\\w+)]");

  private final Map<String, Map<String, String>> ofRecords = new HashMap<>();

  /// @param sources a folder whose Java files are read; records in it have names of their own
  RecordDocs(Path sources) {
    try (Stream<Path> files = Files.list(sources)) {
      files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(this::read);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What each component of a record is.
  Map<String, String> of(String simpleName) {
    return ofRecords.getOrDefault(simpleName, Map.of());
  }

  private void read(Path file) {
    Map<String, String> params = new HashMap<>();
    String open = "";
    for (String line : lines(file)) {
      String text = line.strip();
      Matcher param = PARAM.matcher(text);
      Matcher declared = RECORD.matcher(text);
      if (text.startsWith("///")) {
        if (param.find()) {
          open = param.group(1);
          params.put(open, param.group(2));
        } else if (!open.isEmpty()) {
          String more = text.substring("///".length()).strip();
          params.merge(open, more, (before, after) -> (before + " " + after).strip());
        }
      } else if (declared.find()) {
        Map<String, String> whole = new HashMap<>();
        params.forEach((name, doc) -> whole.put(name, plain(doc)));
        ofRecords.put(declared.group(1), whole);
        params.clear();
        open = "";
      } else if (!text.startsWith("@")) {
        params.clear();
        open = "";
      }
    }
  }

  private static Iterable<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String plain(String markdown) {
    return LINK.matcher(markdown).replaceAll("$1").replace("`", "");
  }
}
