package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.json.StrictJson;
import dev.kumiai.aggregation.pilot.CancelPilot;
import dev.kumiai.aggregation.pilot.CreatePilot;
import dev.kumiai.aggregation.pilot.Pilot;
import dev.kumiai.aggregation.pilot.PilotReports;
import dev.kumiai.aggregation.pilot.Pilots;
import dev.kumiai.core.PilotId;
import dev.kumiai.protocol.pilot.PilotReport;
import dev.kumiai.protocol.pilot.PilotSpec;
import dev.kumiai.protocol.pilot.PilotView;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

@Path("/api/v1/pilots")
@Tag(name = "pilots")
@RunOnVirtualThread
public class PilotResource {

  private final CreatePilot createPilot;
  private final CancelPilot cancelPilot;
  private final Pilots pilots;
  private final PilotReports reports;
  private final PilotViews views;
  private final StrictJson json;

  PilotResource(
      CreatePilot createPilot,
      CancelPilot cancelPilot,
      Pilots pilots,
      PilotReports reports,
      PilotViews views,
      StrictJson json) {
    this.createPilot = createPilot;
    this.cancelPilot = cancelPilot;
    this.pilots = pilots;
    this.reports = reports;
    this.views = views;
    this.json = json;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "createPilot",
      summary = "Start a pilot: runs in several arms and seeds, and whether generation pays",
      description =
          "Its runs are started one after another, like any run. A spec with mistakes, be they its"
              + " own or those of any of its runs, is refused with all of them, by JSON pointer.")
  @RequestBody(content = @Content(schema = @Schema(implementation = PilotSpec.class)))
  @APIResponse(
      responseCode = "201",
      description = "Started; Location says where it is",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = PilotView.class)))
  public RestResponse<PilotView> create(InputStream body) {
    StrictJson.Bound<PilotSpec> bound = json.bind(body, PilotSpec.class);
    PilotSpec spec = bound.value();
    if (spec == null) {
      throw CreatePilot.invalid(bound.mistakes());
    }
    Pilot pilot = createPilot.create(spec, bound.mistakes());
    URI location = URI.create("/api/v1/pilots/" + pilot.id());
    return RestResponse.ResponseBuilder.<PilotView>created(location)
        .entity(views.view(pilot))
        .build();
  }

  @GET
  @Operation(
      operationId = "listPilots",
      summary = "The newest pilots, newest first, without their runs")
  public List<PilotView> list() {
    return views.list(pilots.newest());
  }

  @GET
  @Path("{pilot}")
  @Operation(operationId = "getPilot", summary = "One pilot with the runs that were started")
  public PilotView get(PilotId pilot) {
    return views.view(pilots.get(pilot));
  }

  @GET
  @Path("{pilot}/report")
  @Operation(
      operationId = "getPilotReport",
      summary = "What came out of a pilot so far: every run, every arm, the verdict",
      description = "Computed from the runs as they are now, whether the pilot is over or not.")
  public PilotReport report(PilotId pilot) {
    return reports.of(pilot);
  }

  @POST
  @Path("{pilot}/cancel")
  @Operation(
      operationId = "cancelPilot",
      summary = "End a pilot and the run of it that goes on; its other runs stay")
  public PilotView cancel(PilotId pilot) {
    return views.view(cancelPilot.cancel(pilot));
  }
}
