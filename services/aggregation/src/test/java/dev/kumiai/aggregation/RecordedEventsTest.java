package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.aggregation.access.Actor;
import dev.kumiai.aggregation.access.Actors;
import dev.kumiai.aggregation.event.EventChannel;
import dev.kumiai.aggregation.event.Outbox;
import dev.kumiai.aggregation.event.OutboxEvent;
import dev.kumiai.aggregation.ledger.Recorded;
import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskId;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What entries of the ledger are told as.
@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class RecordedEventsTest {

  private static final String DIGEST = "ab".repeat(32);

  private final Event<Recorded> recorded;
  private final Outbox outbox;
  private final Actors actors;
  private final RunId run = RunId.random();

  @Inject
  RecordedEventsTest(Event<Recorded> recorded, Outbox outbox, Actors actors) {
    this.recorded = recorded;
    this.outbox = outbox;
    this.actors = actors;
  }

  private List<OutboxEvent> told(Actor actor, String table, String change, String row) {
    String body =
        "{\"change\":\"%s\",\"row\":%s,\"table\":\"%s\"}"
            .formatted(change, row.replace('\'', '"').replace("$RUN", run.value()), table);
    actors.as(
        actor,
        () ->
            QuarkusTransaction.requiringNew()
                .call(
                    () -> {
                      recorded.fire(
                          new Recorded(run.value(), 7, Instant.EPOCH, table + ".changed", body));
                      return "done";
                    }));
    return events(EventChannel.RUN_EVENTS);
  }

  private List<OutboxEvent> events(EventChannel channel) {
    return QuarkusTransaction.requiringNew().call(() -> outbox.of(channel, run.value(), 0, 10));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          added   | INITIALIZING | run.created
          changed | INITIALIZING | run.stage-entered
          changed | TRAINING     | run.stage-entered
          changed | AGGREGATING  | round.closed
          changed | SUSPENDED    | run.suspended
          changed | SUCCEEDED    | run.succeeded
          changed | FAILED       | run.failed
          changed | CANCELLED    | run.cancelled
          changed | ANOTHER      | run.stage-entered
          """)
  void tellsWhereARunIs(String change, String state, String type) {
    String row =
        "{'id':'$RUN','state':'%s','round':3,'model':'%s','reason':'private words','spec':'x'}"
            .formatted(state, DIGEST);

    assertThat(told(Actor.AGGREGATOR, "run", change, row))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.type().type()).isEqualTo("dev.kumiai." + type);
              assertThat(event.id().toString()).isEqualTo(run + ":7");
              assertThat(event.data())
                  .isEqualTo(
                      "{\"run\":\"%s\",\"stage\":\"%s\",\"round\":3,\"model\":\"sha256:%s\"}"
                          .formatted(run, state, DIGEST));
            });
    assertThat(events(EventChannel.AUDIT)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          added   | {'run':'$RUN','round':1}                                                | round.started
          changed | {'run':'$RUN','round':1,'model':'DIGEST'}                               | round.aggregated
          changed | {'run':'$RUN','round':1,'model':'DIGEST','accuracy':0.5,'finished':'x'} | round.finished
          changed | {'run':'$RUN','round':1}                                                | -
          changed | {'run':'$RUN','round':1,'finished':'x','superseded_by':2}               | -
          """)
  void tellsHowARoundGoes(String change, String row, @Nullable String type) {
    assertThat(told(Actor.AGGREGATOR, "run_round", change, row.replace("DIGEST", DIGEST)))
        .extracting(event -> event.type().type())
        .isEqualTo(type == null ? List.of() : List.of("dev.kumiai." + type));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          added   | PENDING   | task.created
          changed | PENDING   | task.retried
          changed | CLAIMED   | task.claimed
          changed | SUCCEEDED | task.succeeded
          changed | FAILED    | task.failed
          changed | CANCELLED | task.cancelled
          """)
  void tellsHowATaskGoesButNoWordOfTheSite(String change, String state, String type) {
    String row =
        """
        {'id':'%s','run':'$RUN','site':'a','kind':'TRAIN','round':2,'attempt':1,'state':'%s',
         'problem':'out-of-memory: the samples of Mrs Private','weights':'%s','examples':12}
        """
            .formatted(TaskId.random(), state, DIGEST);

    assertThat(told(Actor.AGGREGATOR, "task", change, row))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.type().type()).isEqualTo("dev.kumiai." + type);
              assertThat(event.data())
                  .contains("\"problem\":\"out-of-memory\"", "\"examples\":12", "\"site\":\"a\"")
                  .doesNotContain("Private");
            });
  }

  @Test
  void aTaskWhoseFirstJobWaitsIsNotRetried() {
    String row =
        """
        {'id':'%s','run':'$RUN','site':'a','kind':'TRAIN','round':2,'attempt':%d,'state':'PENDING',
         'problem':'Unschedulable: no node has a GPU'}
        """;

    assertThat(told(Actor.AGGREGATOR, "task", "changed", row.formatted(TaskId.random(), 0)))
        .isEmpty();
    assertThat(told(Actor.AGGREGATOR, "task", "changed", row.formatted(TaskId.random(), 1)))
        .singleElement()
        .satisfies(event -> assertThat(event.data()).contains("\"problem\":\"Unschedulable\""));
  }

  @Test
  void tellsWhoIsNotAskedAnyMore() {
    assertThat(told(Actor.AGGREGATOR, "run_standing", "changed", "{'run':'$RUN','site':'a'}"))
        .isEmpty();
    assertThat(
            told(
                Actor.AGGREGATOR,
                "run_standing",
                "changed",
                "{'run':'$RUN','site':'a','quarantined':'2026-01-01T00:00:00Z'}"))
        .extracting(event -> event.type().type())
        .containsExactly("dev.kumiai.site.quarantined");
  }

  @Test
  void tellsOnTheAuditChannelWhoDidIt() {
    told(Actor.user("alice"), "run_site", "changed", "{'run':'$RUN'}");

    assertThat(events(EventChannel.AUDIT))
        .extracting(OutboxEvent::data)
        .containsExactly(
            ("{\"kind\":\"USER\",\"actor\":\"alice\",\"deed\":\"run_site.changed\","
                    + "\"run\":\"%s\",\"number\":7}")
                .formatted(run));
  }

  @Test
  void tellsNothingOfItself() {
    assertThat(told(Actor.user("alice"), "outbox", "added", "{}")).isEmpty();
    assertThat(events(EventChannel.AUDIT)).isEmpty();
  }
}
