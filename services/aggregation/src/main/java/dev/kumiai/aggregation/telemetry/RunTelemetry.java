package dev.kumiai.aggregation.telemetry;

import dev.kumiai.aggregation.ledger.LedgerRow;
import dev.kumiai.aggregation.ledger.Recorded;
import dev.kumiai.aggregation.run.RunTrace;
import dev.kumiai.core.RunId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;

/// Tells of runs and rounds when they are over, and counts what happens, all from what the ledger
/// records. A span is told at its end, with the times of its row, so that a restart in between
/// loses none.
@Singleton
class RunTelemetry {

  private static final String SCOPE = "dev.kumiai.aggregation";
  private static final String FINISHED = "finished";
  private static final String INCARNATION = "incarnation";

  private final Tracer tracer;
  private final FollowingIds ids;
  private final MeterRegistry meters;

  RunTelemetry(OpenTelemetry openTelemetry, FollowingIds ids, MeterRegistry meters) {
    this.tracer = openTelemetry.getTracer(SCOPE);
    this.ids = ids;
    this.meters = meters;
  }

  void onRecorded(@Observes(during = TransactionPhase.AFTER_SUCCESS) Recorded entry) {
    meters.counter("kumiai.transitions", "type", entry.type()).increment();
    LedgerRow row = LedgerRow.parse(entry.body());
    if (row.has(FINISHED) && !row.added()) {
      switch (row.table()) {
        case "run_round" -> round(row);
        case "run" -> run(row, entry.type());
        default -> {}
      }
    }
  }

  /// A round that is done again is told of twice: when it ended, and when it stopped to count.
  private void round(LedgerRow row) {
    if (row.has("superseded_by")) {
      return;
    }
    RunId run = new RunId(row.text("run"));
    int number = row.integer("round");
    int incarnation = row.integer(INCARNATION);
    Instant started = Instant.parse(row.text("started"));
    Instant finished = Instant.parse(row.text(FINISHED));
    SpanBuilder span =
        tracer
            .spanBuilder("round")
            .setParent(within(run, incarnation))
            .setStartTimestamp(started)
            .setAttribute("kumiai.run", run.value())
            .setAttribute("kumiai.round", number);
    start(span, run, RunTrace.span(run, incarnation, number)).end(finished);
    Timer.builder("kumiai.round")
        .description("From the first task of a round to its end")
        .register(meters)
        .record(Duration.between(started, finished));
  }

  private void run(LedgerRow row, String type) {
    RunId run = new RunId(row.text("id"));
    String outcome = type.substring(type.indexOf('.') + 1);
    Instant created = Instant.parse(row.text("created"));
    Instant finished = Instant.parse(row.text(FINISHED));
    SpanBuilder builder =
        tracer
            .spanBuilder("run")
            .setNoParent()
            .setStartTimestamp(created)
            .setAttribute("kumiai.run", run.value())
            .setAttribute("kumiai.outcome", outcome);
    Span span = start(builder, run, RunTrace.span(run, row.integer(INCARNATION)));
    if (!outcome.equals("succeeded")) {
      span.setStatus(StatusCode.ERROR, outcome);
    }
    span.end(finished);
    Timer.builder("kumiai.run")
        .description("From creation to end")
        .tag("outcome", outcome)
        .register(meters)
        .record(Duration.between(created, finished));
  }

  private Span start(SpanBuilder span, RunId run, String id) {
    return ids.with(RunTrace.trace(run), id, span::startSpan);
  }

  private static Context within(RunId run, int incarnation) {
    SpanContext whole =
        SpanContext.createFromRemoteParent(
            RunTrace.trace(run),
            RunTrace.span(run, incarnation),
            TraceFlags.getSampled(),
            TraceState.getDefault());
    return Context.root().with(Span.wrap(whole));
  }
}
