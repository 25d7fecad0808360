package dev.kumiai.worker.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;

/// One attempt while it is observed; ended once, by [#end].
public final class ObservedAttempt {

  private final Span span;
  private final MeterRegistry meters;
  private final String kind;
  private final Runnable ended;
  private final Timer.Sample sample;

  ObservedAttempt(Span span, MeterRegistry meters, String kind, Runnable ended) {
    this.span = span;
    this.meters = meters;
    this.kind = kind;
    this.ended = ended;
    this.sample = Timer.start(meters);
  }

  /// Does a part of the attempt as a part of its trace.
  public void within(Runnable part) {
    try (Scope _ = span.makeCurrent()) {
      part.run();
    }
  }

  /// Ends the attempt.
  ///
  /// @param outcome one of few words
  /// @param done whether it was answered with what was asked for
  public void end(String outcome, boolean done) {
    span.setAttribute("kumiai.outcome", outcome);
    if (!done) {
      span.setStatus(StatusCode.ERROR, outcome);
    }
    span.end();
    sample.stop(
        Timer.builder("kumiai.task")
            .description("From claim to answer")
            .tag("kind", kind)
            .tag("outcome", outcome)
            .register(meters));
    ended.run();
  }
}
