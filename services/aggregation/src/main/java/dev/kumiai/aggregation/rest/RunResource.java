package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.json.StrictJson;
import dev.kumiai.aggregation.round.CancelRun;
import dev.kumiai.aggregation.round.RetryRun;
import dev.kumiai.aggregation.round.StartRound;
import dev.kumiai.aggregation.run.CreateRun;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.Runs;
import dev.kumiai.aggregation.run.SuspendRun;
import dev.kumiai.aggregation.view.RunViews;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.run.RetryRequest;
import dev.kumiai.protocol.run.RoundRequest;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

@Path("/api/v1/runs")
@Tag(name = "runs")
@RunOnVirtualThread
public class RunResource {

  private final CreateRun createRun;
  private final CancelRun cancelRun;
  private final SuspendRun suspendRun;
  private final StartRound startRound;
  private final RetryRun retryRun;
  private final Runs runs;
  private final RunViews views;
  private final StrictJson json;
  private final ModelDownload download;

  RunResource(
      CreateRun createRun,
      CancelRun cancelRun,
      SuspendRun suspendRun,
      StartRound startRound,
      RetryRun retryRun,
      Runs runs,
      RunViews views,
      StrictJson json,
      ModelDownload download) {
    this.createRun = createRun;
    this.cancelRun = cancelRun;
    this.suspendRun = suspendRun;
    this.startRound = startRound;
    this.retryRun = retryRun;
    this.runs = runs;
    this.views = views;
    this.json = json;
    this.download = download;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "createRun",
      summary = "Start a run",
      description = "A spec with mistakes is refused with all of them, by JSON pointer.")
  @RequestBody(content = @Content(schema = @Schema(implementation = RunSpec.class)))
  @APIResponse(
      responseCode = "201",
      description = "Started; Location says where it is",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = RunView.class)))
  public RestResponse<RunView> create(InputStream body) {
    StrictJson.Bound<RunSpec> bound = json.bind(body, RunSpec.class);
    RunSpec spec = bound.value();
    if (spec == null) {
      throw CreateRun.invalid(bound.mistakes());
    }
    Run run = createRun.create(spec, bound.mistakes());
    URI location = URI.create("/api/v1/runs/" + run.id());
    return RestResponse.ResponseBuilder.<RunView>created(location).entity(views.view(run)).build();
  }

  @GET
  @Operation(
      operationId = "listRuns",
      summary = "The newest runs, newest first, without their tasks")
  public List<RunView> list() {
    return views.list(runs.newest());
  }

  @GET
  @Path("{run}")
  @Operation(operationId = "getRun", summary = "One run with the tasks of its present stage")
  public RunView get(RunId run) {
    return views.view(runs.get(run));
  }

  @GET
  @Path("{run}/rounds")
  @Operation(operationId = "listRounds", summary = "The rounds of a run with their tasks")
  public List<RoundView> rounds(
      RunId run,
      @Parameter(description = "Show rounds, too, that were done again and do not count")
          @QueryParam("superseded")
          @DefaultValue("false")
          boolean superseded) {
    return views.rounds(runs.get(run), superseded);
  }

  @POST
  @Path("{run}/rounds")
  @Operation(
      operationId = "startRound",
      summary = "Start the next round of a run whose round.trigger is MANUAL",
      description =
          "Name the round that is expected to be next, and the request may be repeated: a round"
              + " never starts twice.")
  @RequestBody(
      required = false,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = RoundRequest.class)))
  @APIResponse(
      responseCode = "201",
      description = "Started",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = RunView.class)))
  @APIResponse(
      responseCode = "200",
      description = "That round goes on already",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = RunView.class)))
  public RestResponse<RunView> startRound(RunId run, InputStream body) {
    RoundRequest request = json.readOr(body, new RoundRequest(null));
    StartRound.Outcome outcome = startRound.start(run, request.round());
    return RestResponse.ResponseBuilder.<RunView>create(
            outcome.started() ? RestResponse.Status.CREATED : RestResponse.Status.OK)
        .entity(views.view(outcome.run()))
        .build();
  }

  @GET
  @Path("{run}/model")
  @Operation(operationId = "getRunModel", summary = "The newest global model of a run")
  @APIResponse(responseCode = "200", ref = ModelDownload.WHOLE)
  public Response model(RunId run, @Context Request request, @Context HttpHeaders headers) {
    Digest model = runs.get(run).state().model();
    if (model == null) {
      throw new KumiaiException.NotFound(
          "model-not-there-yet", "run " + run + " has no weights yet: ask again later");
    }
    return download.of(model, request, headers);
  }

  @POST
  @Path("{run}/cancel")
  @Operation(operationId = "cancelRun", summary = "End a run; its workers are told to stop")
  public RunView cancel(RunId run) {
    return views.view(cancelRun.cancel(run));
  }

  @POST
  @Path("{run}/suspend")
  @Operation(
      operationId = "suspendRun",
      summary = "Put a run on hold",
      description =
          "No task is handed out any more; answers to those that are out are still accepted.")
  public RunView suspend(RunId run) {
    return views.view(suspendRun.suspend(run, "suspended by a user"));
  }

  @POST
  @Path("{run}/resume")
  @Operation(
      operationId = "resumeRun",
      summary = "Let a run go on that was on hold",
      description = "The deadline of its stage counts anew.")
  public RunView resume(RunId run) {
    return views.view(suspendRun.resume(run));
  }

  @POST
  @Path("{run}/retry")
  @Operation(
      operationId = "retryRun",
      summary = "Do rounds again of a run that is over or on hold",
      description =
          "It goes on with the model of the round before. What was done of the later rounds is"
              + " kept, and does not count any more.")
  @RequestBody(
      required = false,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = RetryRequest.class)))
  public RunView retry(RunId run, InputStream body) {
    return views.view(retryRun.retry(run, json.readOr(body, new RetryRequest(null)).fromRound()));
  }
}
