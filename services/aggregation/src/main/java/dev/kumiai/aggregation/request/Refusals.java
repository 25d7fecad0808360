package dev.kumiai.aggregation.request;

import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.KumiaiException.Violation;
import dev.kumiai.protocol.event.EventData.Refusal;
import java.util.List;

/// Says in an event why a request was not done. An event is small, however long the request was.
final class Refusals {

  private static final int MOST_VIOLATIONS = 100;
  private static final int MOST_CHARACTERS = 300;

  private Refusals() {}

  static Refusal of(KumiaiException error) {
    List<Violation> violations =
        error instanceof KumiaiException.Invalid invalid ? invalid.violations() : List.of();
    return new Refusal(
        error.code(),
        cut(String.valueOf(error.getMessage())),
        violations.stream()
            .limit(MOST_VIOLATIONS)
            .map(violation -> new Violation(cut(violation.where()), cut(violation.what())))
            .toList());
  }

  /// As HTTP answers 500.
  static Refusal ofBug() {
    return new Refusal("internal-error", "the aggregator has a bug: its log says which", List.of());
  }

  private static String cut(String text) {
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "...";
  }
}
