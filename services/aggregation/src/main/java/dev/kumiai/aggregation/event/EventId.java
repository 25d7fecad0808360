package dev.kumiai.aggregation.event;

import dev.kumiai.core.KumiaiException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Names an event for good: an event that is sent twice has one id.
///
/// @param chain what it belongs to, mostly a run
/// @param number of the entry of the chain that it tells of, from 1 on; not every entry is told
public record EventId(String chain, long number) {

  private static final Pattern FORM = Pattern.compile("([a-z0-9-]{1,36}):([1-9][0-9]{0,17})");

  /// Reads `chain:number`.
  ///
  /// @throws KumiaiException.Invalid `event-id-malformed`
  public static EventId parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new KumiaiException.Invalid(
          "event-id-malformed",
          "the id of an event is '<chain>:<number>': send the last one that came, or none");
    }
    return new EventId(matcher.group(1), Long.parseLong(matcher.group(2)));
  }

  @Override
  public String toString() {
    return chain + ":" + number;
  }
}
