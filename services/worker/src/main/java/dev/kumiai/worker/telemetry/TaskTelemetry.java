package dev.kumiai.worker.telemetry;

import dev.kumiai.protocol.client.RequestContext;
import dev.kumiai.protocol.task.ClaimedTask;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Observes the attempts of a process. The span of an attempt is a child of its round's span at the
/// aggregator, and requests that are made within it continue its trace.
public final class TaskTelemetry implements RequestContext {

  /// Observes nothing.
  public static final TaskTelemetry NONE =
      new TaskTelemetry(OpenTelemetry.noop(), new SimpleMeterRegistry());

  private static final String SCOPE = "dev.kumiai.worker";

  private final OpenTelemetry openTelemetry;
  private final TextMapPropagator propagator;
  private final MeterRegistry meters;
  private final AtomicInteger active;

  public TaskTelemetry(OpenTelemetry openTelemetry, MeterRegistry meters) {
    this.openTelemetry = openTelemetry;
    this.propagator = openTelemetry.getPropagators().getTextMapPropagator();
    this.meters = meters;
    this.active = meters.gauge("kumiai.tasks.active", new AtomicInteger());
  }

  /// Begins to observe an attempt.
  public ObservedAttempt begin(ClaimedTask task) {
    String kind = task.spec().kind().name().toLowerCase(Locale.ROOT);
    Span span =
        openTelemetry
            .getTracer(SCOPE)
            .spanBuilder(kind)
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(parent(task))
            .setAttribute("kumiai.run", task.run().value())
            .setAttribute("kumiai.round", task.round())
            .setAttribute("kumiai.site", task.site().value())
            .setAttribute("kumiai.task", task.task().value())
            .setAttribute("kumiai.attempt", task.attempt())
            .startSpan();
    active.incrementAndGet();
    return new ObservedAttempt(span, meters, kind, active::decrementAndGet);
  }

  private Context parent(ClaimedTask task) {
    String parent = task.traceparent();
    return parent == null
        ? Context.root()
        : propagator.extract(Context.root(), parent, TraceParent.GETTER);
  }

  @Override
  public Map<String, String> headers() {
    Map<String, String> headers = new HashMap<>();
    propagator.inject(
        Context.current(), headers, (carrier, name, value) -> put(carrier, name, value));
    return headers;
  }

  private static void put(@Nullable Map<String, String> carrier, String name, String value) {
    if (carrier != null) {
      carrier.put(name, value);
    }
  }

  /// The one header that a task carries.
  private enum TraceParent implements TextMapGetter<String> {
    GETTER;

    private static final String HEADER = "traceparent";

    @Override
    public Iterable<String> keys(String carrier) {
      return List.of(HEADER);
    }

    @Override
    public @Nullable String get(@Nullable String carrier, String key) {
      return key.equals(HEADER) ? carrier : null;
    }
  }
}
