package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.RunId;
import dev.kumiai.core.TaskKind;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.event.EventType;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TemporaryAggregator.class)
class EventStreamTest {

  private final Aggregator aggregator;

  @Inject
  EventStreamTest(Aggregator aggregator) {
    this.aggregator = aggregator;
  }

  @AfterEach
  void endWhatIsLeft() {
    aggregator.close();
  }

  private static EventStream ofRun(RunId run, @Nullable String last) {
    return EventStream.open(Aggregator.address(), "/api/v1/runs/" + run + "/events", last);
  }

  private static EventStream ofAll(@Nullable String last) {
    return EventStream.open(Aggregator.address(), "/api/v1/events", last);
  }

  private static Predicate<EventStream.Received> is(EventType type) {
    return received -> received.name().equals(type.type());
  }

  private static List<String> types(List<EventStream.Received> received) {
    return received.stream()
        .map(EventStream.Received::name)
        .map(name -> name.replace("dev.kumiai.", ""))
        .toList();
  }

  private RunId wholeRun(TinySite site) {
    RunId run = aggregator.startInitialized(new TinySpec(site).measuredBy(1, null, site), site);
    site.workOnce(TaskKind.TRAIN);
    site.workOnce(TaskKind.EVALUATE);
    aggregator.awaitEnd(run);
    return run;
  }

  @Test
  void tellsAWholeRunInOrder() {
    RunId run = wholeRun(aggregator.site("a", 1, 1, 1));

    try (EventStream stream = ofRun(run, null)) {
      List<EventStream.Received> received = stream.await(is(EventType.RUN_SUCCEEDED));

      assertThat(types(received))
          .containsSubsequence(
              "run.created",
              "task.created",
              "task.claimed",
              "task.succeeded",
              "round.started",
              "task.created",
              "task.claimed",
              "task.succeeded",
              "round.closed",
              "round.aggregated",
              "task.created",
              "task.claimed",
              "task.succeeded",
              "run.succeeded");
      assertThat(received)
          .extracting(one -> Long.parseLong(one.event().sequence()))
          .isSorted()
          .doesNotHaveDuplicates();
      assertThat(received)
          .allSatisfy(
              one -> {
                assertThat(one.id())
                    .isEqualTo(one.event().id())
                    .isEqualTo(run + ":" + one.event().sequence());
                assertThat(one.name()).isEqualTo(one.event().type());
                assertThat(one.event().subject()).isEqualTo(run.value());
                assertThat(one.event().source()).isEqualTo("/kumiai/run-events");
                assertThat(one.event().data().path("run").asText()).isEqualTo(run.value());
              });
    }
  }

  @Test
  void goesOnAfterTheLastEventThatWasSeen() {
    RunId run = wholeRun(aggregator.site("a", 1, 1, 1));
    List<EventStream.Received> all;
    try (EventStream stream = ofRun(run, null)) {
      all = stream.await(is(EventType.RUN_SUCCEEDED));
    }
    String third = all.get(2).id();

    try (EventStream ofRun = ofRun(run, third);
        EventStream ofAll = ofAll(third)) {
      assertThat(ofRun.await(is(EventType.RUN_SUCCEEDED)))
          .containsExactlyElementsOf(all.subList(3, all.size()));
      assertThat(ofAll.await(is(EventType.RUN_SUCCEEDED)))
          .filteredOn(one -> run.value().equals(one.event().subject()))
          .containsExactlyElementsOf(all.subList(3, all.size()));
    }
  }

  @Test
  void tellsOfAllRunsWhatHappensFromNowOn() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId before = wholeRun(a);
    try (EventStream stream = ofRun(before, null)) {
      stream.await(is(EventType.RUN_SUCCEEDED));
    }

    try (EventStream stream = ofAll(null)) {
      RunId after = wholeRun(a);

      assertThat(stream.await(is(EventType.RUN_SUCCEEDED)))
          .extracting(one -> one.event().subject())
          .containsOnly(after.value());
    }
  }

  @Test
  void tellsNoTextThatASiteWrote() {
    TinySite a = aggregator.site("a", 1, 1, 1);
    RunId run = aggregator.start(new TinySpec(a).maxAttempts(1));
    a.client()
        .fail(
            a.claim(TaskKind.INITIALIZE),
            new Problem(
                Problem.TYPE_PREFIX + "no-room",
                "no room",
                500,
                "the folder of Mrs Private is full",
                List.of()));

    try (EventStream stream = ofRun(run, null)) {
      List<EventStream.Received> received = stream.await(is(EventType.TASK_FAILED));

      assertThat(received)
          .filteredOn(is(EventType.TASK_FAILED))
          .extracting(one -> one.event().data().path("problem").asText())
          .containsExactly("no-room");
      assertThat(received).noneSatisfy(one -> assertThat(one.toString()).contains("Private"));
    }
  }

  @Test
  void refusesPlacesThatAreNotKept() {
    RunId run = aggregator.start(new TinySpec(aggregator.site("a", 1, 1, 1)));

    assertRefused(ofRun(run, run + ":999"), 410, "event-gone");
    assertRefused(ofRun(run, RunId.random() + ":1"), 410, "event-gone");
    assertRefused(ofRun(run, "yesterday"), 400, "event-id-malformed");
    assertRefused(ofRun(RunId.random(), null), 404, "run-unknown");
    assertRefused(ofAll(run + ":999"), 410, "event-gone");
  }

  private static void assertRefused(EventStream answer, int status, String code) {
    try (answer) {
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.body()).contains(code);
    }
  }
}
