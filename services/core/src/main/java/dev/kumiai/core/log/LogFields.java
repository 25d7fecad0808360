package dev.kumiai.core.log;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The ids in a log line. Lines say them as `run=... round=...` for a person; a machine that reads
/// logs wants them as fields of their own.
public final class LogFields {

  /// Ids only, which have neither blanks nor colons.
  private static final Pattern ID =
      Pattern.compile("(?<![\\w.\"])(run|round|site|task|kind|attempt)=([^\\s:,;\"]+)");

  private LogFields() {}

  /// The ids by name. Of two with one name the first counts: what comes later may be quoted from
  /// somebody else.
  public static Map<String, String> of(String line) {
    if (line.indexOf('=') < 0) {
      return Map.of();
    }
    Map<String, String> fields = new TreeMap<>();
    Matcher ids = ID.matcher(line);
    while (ids.find()) {
      fields.putIfAbsent(ids.group(1), ids.group(2));
    }
    return Collections.unmodifiableMap(fields);
  }
}
