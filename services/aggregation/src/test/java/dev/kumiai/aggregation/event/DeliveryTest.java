package dev.kumiai.aggregation.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.protocol.event.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DeliveryTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<String> sent = new ArrayList<>();

  private static List<Placed> events(String... ids) {
    List<Placed> events = new ArrayList<>();
    for (String id : ids) {
      events.add(
          new Placed(
              events.size() + 1,
              new OutboxEvent(
                  EventChannel.RUN_EVENTS,
                  EventId.parse(id),
                  EventType.RUN_CREATED,
                  null,
                  Instant.EPOCH,
                  "{}")));
    }
    return events;
  }

  private CompletableFuture<Void> take(OutboxEvent event) {
    sent.add(event.id().toString());
    return CompletableFuture.completedFuture(null);
  }

  @Test
  void sendsAllInOrder() {
    assertThat(Delivery.send(events("a:1", "b:1", "a:3"), this::take, PATIENCE))
        .isEqualTo(new Delivery.Result(3, null));
    assertThat(sent).containsExactly("a:1", "b:1", "a:3");
  }

  @Test
  void sendsTheNextOfAChainOnlyWhenTheOneBeforeIsAcknowledged() {
    CompletableFuture<Void> first = new CompletableFuture<>();
    EventSink sink =
        event -> {
          CompletableFuture<Void> taken = take(event);
          if (event.id().toString().equals("b:1")) {
            // Others go on; a:2 has to wait until now.
            first.complete(null);
          }
          return event.id().toString().equals("a:1") ? first : taken;
        };

    assertThat(Delivery.send(events("a:1", "a:2", "b:1"), sink, PATIENCE).failure()).isNull();
    assertThat(sent).containsExactly("a:1", "b:1", "a:2");
  }

  @Test
  void sendsNothingOfAChainAfterAFailure() {
    EventSink sink =
        event ->
            event.id().toString().equals("a:2")
                ? CompletableFuture.failedFuture(new IllegalStateException("broker away"))
                : take(event);

    Delivery.Result result = Delivery.send(events("a:1", "a:2", "b:1", "a:3"), sink, PATIENCE);

    assertThat(result.acknowledged()).isEqualTo(1);
    assertThat(result.failure()).contains("broker away");
    assertThat(sent).containsExactly("a:1", "b:1");
  }

  @Test
  void sendsNothingOnceItGaveUp() {
    CompletableFuture<Void> late = new CompletableFuture<>();
    EventSink sink = event -> event.id().number() == 1 ? late : take(event);

    Delivery.Result result = Delivery.send(events("a:1", "a:2"), sink, Duration.ZERO);
    late.complete(null);

    assertThat(result).isEqualTo(new Delivery.Result(0, "no acknowledgement in time"));
    assertThat(sent).isEmpty();
  }

  @Test
  void hasNothingToDoWithoutEvents() {
    assertThat(Delivery.send(List.of(), this::take, PATIENCE))
        .isEqualTo(new Delivery.Result(0, null));
  }
}
