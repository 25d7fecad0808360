package dev.kumiai.aggregation.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.aggregation.config.EventConfig;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.event.CloudEvent;
import jakarta.inject.Singleton;

/// Puts events into the form of CloudEvents.
@Singleton
public class CloudEvents {

  private final ObjectMapper mapper = KumiaiJson.mapper();
  private final EventConfig config;

  CloudEvents(EventConfig config) {
    this.config = config;
  }

  /// Where events of a channel happened. With it their id is unique.
  public String source(EventChannel channel) {
    return config.source() + "/" + channel.channel();
  }

  public CloudEvent of(OutboxEvent event) {
    try {
      return new CloudEvent(
          CloudEvent.VERSION,
          event.id().toString(),
          source(event.channel()),
          event.type().type(),
          event.subject(),
          event.at(),
          CloudEvent.JSON,
          String.valueOf(event.id().number()),
          mapper.readTree(event.data()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the data of a stored event cannot be read", e);
    }
  }

  /// The whole event as one line of JSON.
  public String json(OutboxEvent event) {
    try {
      return mapper.writeValueAsString(of(event));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
