package dev.kumiai.aggregation.run;

import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import java.nio.charset.StandardCharsets;

/// Names the trace of a run and the spans of its rounds (W3C Trace Context, OpenTelemetry). They
/// follow from the run's id, so that every replica and every process after a restart says the same
/// without having to keep them.
public final class RunTrace {

  private static final int SPAN_DIGITS = 16;

  private RunTrace() {}

  /// The trace: a run's id is a UUID, which has the 128 bits of a trace's id.
  public static String trace(RunId run) {
    return run.value().replace("-", "");
  }

  /// The span of the whole run, or of what was done again.
  public static String span(RunId run, int incarnation) {
    return digits(run.value() + "/" + incarnation);
  }

  /// The span of a round.
  public static String span(RunId run, int incarnation, int round) {
    return digits(run.value() + "/" + incarnation + "/" + round);
  }

  /// What a task of that round carries, as the header `traceparent`.
  public static String parent(RunId run, int incarnation, int round) {
    return "00-%s-%s-01".formatted(trace(run), span(run, incarnation, round));
  }

  private static String digits(String name) {
    return Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex().substring(0, SPAN_DIGITS);
  }
}
