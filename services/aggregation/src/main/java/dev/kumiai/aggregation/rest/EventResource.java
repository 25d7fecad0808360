package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.event.EventId;
import dev.kumiai.aggregation.event.EventLog;
import dev.kumiai.protocol.event.CloudEvent;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/events")
@Tag(name = "events")
@RunOnVirtualThread
public class EventResource {

  static final String LAST = "Last-Event-ID";

  private final EventLog log;
  private final EventStreams streams;

  EventResource(EventLog log, EventStreams streams) {
    this.log = log;
    this.streams = streams;
  }

  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      operationId = "followEvents",
      summary = "What happens in all runs from now on, as Server-Sent Events",
      description =
          "Each is a CloudEvent as JSON. With the header Last-Event-ID it goes on after that event,"
              + " and nothing is missed as long as events are kept (kumiai.events.retention); 410"
              + " tells that they are not kept any more.")
  @APIResponse(
      responseCode = "200",
      description = "Events, without end",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(implementation = CloudEvent.class)))
  public void follow(
      @HeaderParam(LAST) @Nullable String last, @Context SseEventSink sink, @Context Sse sse) {
    streams.stream(log.ofAll(id(last)), sink, sse);
  }

  static @Nullable EventId id(@Nullable String last) {
    return last == null || last.isBlank() ? null : EventId.parse(last.strip());
  }
}
