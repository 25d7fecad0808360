package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.event.EventLog;
import dev.kumiai.core.RunId;
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

@Path("/api/v1/runs/{run}/events")
@Tag(name = "events")
@RunOnVirtualThread
public class RunEventResource {

  private final EventLog log;
  private final EventStreams streams;

  RunEventResource(EventLog log, EventStreams streams) {
    this.log = log;
    this.streams = streams;
  }

  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      operationId = "followRun",
      summary = "What happened and happens in a run, as Server-Sent Events",
      description =
          "Each is a CloudEvent as JSON, from the first that is kept or, with the header"
              + " Last-Event-ID, after that one; 410 tells that it is not kept any more.")
  @APIResponse(
      responseCode = "200",
      description = "Events, without end",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(implementation = CloudEvent.class)))
  public void follow(
      RunId run,
      @HeaderParam(EventResource.LAST) @Nullable String last,
      @Context SseEventSink sink,
      @Context Sse sse) {
    streams.stream(log.ofRun(run, EventResource.id(last)), sink, sse);
  }
}
