package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.json.StrictJson;
import dev.kumiai.aggregation.task.AcceptWeights;
import dev.kumiai.aggregation.task.Attempts;
import dev.kumiai.aggregation.task.ClaimTask;
import dev.kumiai.aggregation.task.Proof;
import dev.kumiai.core.TaskId;
import dev.kumiai.protocol.error.Problem;
import dev.kumiai.protocol.task.ClaimRequest;
import dev.kumiai.protocol.task.ClaimedTask;
import dev.kumiai.protocol.task.Heartbeat;
import dev.kumiai.protocol.task.TaskReport;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/tasks")
@Tag(name = "tasks")
@RunOnVirtualThread
public class TaskResource {

  private final ClaimTask claimTask;
  private final Attempts attempts;
  private final AcceptWeights acceptWeights;
  private final Signatures signatures;
  private final StrictJson json;
  private final Caller caller;

  TaskResource(
      ClaimTask claimTask,
      Attempts attempts,
      AcceptWeights acceptWeights,
      Signatures signatures,
      StrictJson json,
      Caller caller) {
    this.claimTask = claimTask;
    this.attempts = attempts;
    this.acceptWeights = acceptWeights;
    this.signatures = signatures;
    this.json = json;
    this.caller = caller;
  }

  @POST
  @Path("claim")
  @Operation(
      operationId = "claimTask",
      summary = "Claim the oldest task, waiting for one to appear",
      description =
          "With the site token of a Job: claim the task that it is for, and no other; 410 when that is"
              + " over.")
  @APIResponse(
      responseCode = "200",
      description = "A task, leased to the caller",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = ClaimedTask.class)))
  @APIResponse(responseCode = "204", description = "No task appeared within the wait")
  public @Nullable ClaimedTask claim(ClaimRequest request, @Context RoutingContext http) {
    return claimTask
        .claim(
            caller.worker(),
            request.kinds(),
            Duration.ofSeconds(request.waitSeconds()),
            () -> http.response().closed())
        .orElse(null);
  }

  @POST
  @Path("{task}/attempts/{attempt}/heartbeat")
  @Operation(
      operationId = "heartbeat",
      summary = "Renew the lease of an attempt; answers whether to stop")
  public Heartbeat.Answer heartbeat(TaskId task, int attempt, Heartbeat heartbeat) {
    return attempts.heartbeat(caller.worker(), task, attempt, heartbeat);
  }

  @PUT
  @Path("{task}/attempts/{attempt}/weights")
  @Operation(
      operationId = "putWeights",
      summary = "Answer an INITIALIZE or TRAIN task with a safetensors file",
      description =
          "An update carries examples and training loss in its __metadata__. The same file again"
              + " changes nothing. With 'Expect: 100-continue' a stale attempt is refused before"
              + " the file is sent.")
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_OCTET_STREAM,
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  @APIResponse(responseCode = "201", description = "Accepted")
  @APIResponse(responseCode = "200", description = "The same file was accepted before")
  @Consumes(MediaType.APPLICATION_OCTET_STREAM)
  public RestResponse<Void> weights(
      TaskId task,
      int attempt,
      @Parameter(required = true, description = ContentDigest.DESCRIPTION)
          @HeaderParam(ContentDigest.HEADER)
          @Nullable String contentDigest,
      @Parameter(hidden = true) @HeaderParam(HttpHeaders.CONTENT_LENGTH)
          @Nullable Long contentLength,
      @Context RoutingContext http,
      InputStream body) {
    AcceptWeights.Outcome outcome =
        acceptWeights.accept(
            caller.worker(),
            task,
            attempt,
            ContentDigest.parse(contentDigest),
            signatures.require(caller.site(), http.request()),
            contentLength == null ? -1 : contentLength,
            body);
    return switch (outcome) {
      case ACCEPTED -> RestResponse.status(RestResponse.Status.CREATED);
      case REPEATED -> RestResponse.ok();
    };
  }

  @POST
  @Path("{task}/attempts/{attempt}/report")
  @Operation(operationId = "reportTask", summary = "Answer a GENERATE or EVALUATE task")
  @APIResponse(responseCode = "204", description = "Taken, now or before")
  @Consumes(MediaType.APPLICATION_JSON)
  @RequestBody(content = @Content(schema = @Schema(implementation = TaskReport.class)))
  public void report(TaskId task, int attempt, @Context RoutingContext http, InputStream body) {
    Proof proof = signatures.require(caller.site(), http.request());
    byte[] bytes = json.receive(body);
    Signatures.requireDigest(http.request(), bytes);
    attempts.report(caller.worker(), task, attempt, json.read(bytes, TaskReport.class), proof);
  }

  @POST
  @Path("{task}/attempts/{attempt}/failure")
  @Operation(
      operationId = "failTask",
      summary = "Give an attempt up",
      description = "Status 4xx: trying again cannot help; 5xx: it may.")
  @Consumes({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  @APIResponse(responseCode = "204", description = "Noted")
  public void failure(TaskId task, int attempt, Problem problem) {
    attempts.fail(caller.worker(), task, attempt, problem);
  }
}
