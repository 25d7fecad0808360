package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.run.RunPhase;
import dev.kumiai.protocol.task.ClaimedTask;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a collector and Prometheus get to see of a run.
@QuarkusTest
@TestProfile(TelemetryTest.Traced.class)
@QuarkusTestResource(TemporaryAggregator.class)
class TelemetryTest {

  /// Spans are off unless somebody wants them.
  public static class Traced implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "quarkus.otel.sdk.disabled", "false", "quarkus.otel.bsp.schedule.delay", "20ms");
    }
  }

  /// Where spans go instead of over the network.
  static class Collector {
    @Produces
    @Singleton
    InMemorySpanExporter spans() {
      return InMemorySpanExporter.create();
    }
  }

  /// Where `traceparent` names the span: after the version and the trace.
  private static final int SPAN_FROM = 36;

  private static final int SPAN_TO = 52;

  private final Aggregator aggregator;
  private final InMemorySpanExporter collector;

  @Inject
  TelemetryTest(Aggregator aggregator, InMemorySpanExporter collector) {
    this.aggregator = aggregator;
    this.collector = collector;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  @Test
  void aRunIsOneTraceWithASpanForEachRoundThatTasksBelongTo() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a).rounds(2), a);

    ClaimedTask first = a.workOnce(TaskKind.TRAIN);
    ClaimedTask second = a.workOnce(TaskKind.TRAIN);
    assertThat(aggregator.awaitEnd(run).phase()).isEqualTo(RunPhase.SUCCEEDED);

    SpanData whole = awaitSpan(run, "run");
    assertThat(whole.getParentSpanContext().isValid()).isFalse();
    assertThat(whole.getStatus()).isEqualTo(StatusData.unset());
    List<SpanData> rounds = spans(run, "round");
    assertThat(rounds).hasSize(3).allSatisfy(round -> within(round, whole));
    assertThat(List.of(first, second))
        .extracting(TelemetryTest::parentSpan)
        .isSubsetOf(rounds.stream().map(SpanData::getSpanId).toList())
        .doesNotHaveDuplicates();
  }

  @Test
  void requestsThatATaskCausesBelongToItsTrace() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    ClaimedTask task = a.claim(TaskKind.TRAIN);

    RestAssured.given()
        .header("traceparent", task.traceparent())
        .get("/api/v1/runs/{run}", run.value())
        .then()
        .statusCode(200);

    SpanData request = awaitSpan(run, "GET /api/v1/runs/{run}");
    assertThat(request.getParentSpanId()).isEqualTo(parentSpan(task));
  }

  @Test
  void aRunThatDoesNotSucceedIsAnError() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a));

    aggregator.client().cancel(run);

    assertThat(awaitSpan(run, "run").getStatus().getDescription()).isEqualTo("cancelled");
  }

  @Test
  void whatHappensIsCounted() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.startInitialized(new TinySpec(a), a);
    a.workOnce(TaskKind.TRAIN);
    aggregator.awaitEnd(run);

    String metrics =
        Aggregator.await(
            () -> RestAssured.get("/q/metrics").asString(),
            text -> text.contains("kumiai_run_seconds_count{outcome=\"succeeded\"}"));

    assertThat(metrics)
        .contains("kumiai_transitions_total{type=\"task.succeeded\"}")
        .contains("kumiai_round_seconds_count")
        .doesNotContain(run.value());
  }

  private static void within(SpanData round, SpanData whole) {
    assertThat(round.getParentSpanId()).isEqualTo(whole.getSpanId());
    assertThat(round.getStartEpochNanos()).isGreaterThanOrEqualTo(whole.getStartEpochNanos());
    assertThat(round.getEndEpochNanos())
        .isBetween(round.getStartEpochNanos(), whole.getEndEpochNanos());
  }

  private static String parentSpan(ClaimedTask task) {
    String parent = Objects.requireNonNull(task.traceparent());
    return parent.substring(SPAN_FROM, SPAN_TO);
  }

  private SpanData awaitSpan(RunId run, String name) {
    return Aggregator.await(() -> spans(run, name), spans -> !spans.isEmpty()).getFirst();
  }

  private List<SpanData> spans(RunId run, String name) {
    return collector.getFinishedSpanItems().stream()
        .filter(span -> span.getTraceId().equals(run.value().replace("-", "")))
        .filter(span -> span.getName().equals(name))
        .toList();
  }
}
