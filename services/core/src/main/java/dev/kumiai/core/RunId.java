package dev.kumiai.core;

import java.util.UUID;
import java.util.regex.Pattern;

/// Names one run.
///
/// @param value a UUID in its usual text form
public record RunId(String value) implements Comparable<RunId> {

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  public RunId {
    if (!FORM.matcher(value).matches()) {
      throw new KumiaiException.Invalid(
          "run-id-malformed", "a run id is a UUID, not '" + value + "'");
    }
  }

  public static RunId random() {
    return new RunId(UUID.randomUUID().toString());
  }

  @Override
  public int compareTo(RunId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
