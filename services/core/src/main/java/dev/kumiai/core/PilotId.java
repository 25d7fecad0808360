package dev.kumiai.core;

import java.util.UUID;
import java.util.regex.Pattern;

/// Names one pilot.
///
/// @param value a UUID in its usual text form
public record PilotId(String value) implements Comparable<PilotId> {

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  public PilotId {
    if (!FORM.matcher(value).matches()) {
      throw new KumiaiException.Invalid(
          "pilot-id-malformed", "a pilot id is a UUID, not '" + value + "'");
    }
  }

  public static PilotId random() {
    return new PilotId(UUID.randomUUID().toString());
  }

  @Override
  public int compareTo(PilotId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
