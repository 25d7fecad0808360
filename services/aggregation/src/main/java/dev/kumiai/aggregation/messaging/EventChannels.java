package dev.kumiai.aggregation.messaging;

import dev.kumiai.aggregation.event.CloudEvents;
import dev.kumiai.aggregation.event.EventChannel;
import dev.kumiai.aggregation.event.EventSink;
import dev.kumiai.aggregation.event.OutboxEvent;
import dev.kumiai.protocol.event.CloudEvent;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadataBuilder;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/// Sends events as CloudEvents in binary mode: the attributes are headers, the data is the payload.
@Singleton
class EventChannels implements EventSink {

  /// Extension that decides which events stay in order on their way, by the CloudEvents
  /// specification; the key of a Kafka record.
  private static final String PARTITION_KEY = "partitionkey";

  /// Extension that tells the order, by the CloudEvents specification.
  private static final String SEQUENCE = "sequence";

  private final Emitter<String> runEvents;
  private final Emitter<String> audit;
  private final CloudEvents cloudEvents;

  EventChannels(
      @Channel("run-events") Emitter<String> runEvents,
      @Channel("audit") Emitter<String> audit,
      CloudEvents cloudEvents) {
    this.runEvents = runEvents;
    this.audit = audit;
    this.cloudEvents = cloudEvents;
  }

  @Override
  public CompletableFuture<Void> send(OutboxEvent event) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    try {
      emitter(event.channel())
          .send(
              Message.of(
                  event.data(),
                  Metadata.of(metadata(event)),
                  () -> {
                    sent.complete(null);
                    return CompletableFuture.completedFuture(null);
                  },
                  why -> {
                    sent.completeExceptionally(why);
                    return CompletableFuture.completedFuture(null);
                  }));
    } catch (RuntimeException e) {
      // The channel takes nothing at the moment: its buffer is full or it was closed.
      sent.completeExceptionally(e);
    }
    return sent;
  }

  private Emitter<String> emitter(EventChannel channel) {
    return switch (channel) {
      case RUN_EVENTS -> runEvents;
      case AUDIT -> audit;
    };
  }

  private OutgoingCloudEventMetadata<Object> metadata(OutboxEvent event) {
    OutgoingCloudEventMetadataBuilder<Object> metadata =
        OutgoingCloudEventMetadata.builder()
            .withId(event.id().toString())
            .withSource(URI.create(cloudEvents.source(event.channel())))
            .withType(event.type().type())
            .withTimestamp(event.at().atZone(ZoneOffset.UTC))
            .withDataContentType(CloudEvent.JSON)
            .withExtension(PARTITION_KEY, event.id().chain())
            .withExtension(SEQUENCE, String.valueOf(event.id().number()));
    if (event.subject() != null) {
      metadata.withSubject(event.subject());
    }
    return metadata.build();
  }
}
