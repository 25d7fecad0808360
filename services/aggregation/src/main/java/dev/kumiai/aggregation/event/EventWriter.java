package dev.kumiai.aggregation.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.event.EventData;
import dev.kumiai.protocol.event.EventType;
import jakarta.inject.Singleton;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Puts events into the outbox, in the transaction of what they tell.
@Singleton
public class EventWriter {

  private final ObjectMapper mapper = KumiaiJson.mapper();
  private final Outbox outbox;

  EventWriter(Outbox outbox) {
    this.outbox = outbox;
  }

  /// Keeps an event; it is sent when the transaction is committed.
  ///
  /// @param subject what it happened to; null where that is the aggregator itself
  public void write(
      EventChannel channel,
      EventId id,
      EventType type,
      @Nullable String subject,
      Instant at,
      EventData data) {
    outbox.add(new OutboxEvent(channel, id, type, subject, at, json(data)));
  }

  private String json(EventData data) {
    try {
      return mapper.writeValueAsString(data);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
