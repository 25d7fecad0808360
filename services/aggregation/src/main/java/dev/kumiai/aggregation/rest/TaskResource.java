package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.task.AcceptWeights;
import dev.kumiai.aggregation.task.Attempts;
import dev.kumiai.aggregation.task.ClaimTask;
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
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/tasks")
@RunOnVirtualThread
@SiteOnly
public class TaskResource {

  private final ClaimTask claimTask;
  private final Attempts attempts;
  private final AcceptWeights acceptWeights;
  private final Caller caller;

  TaskResource(ClaimTask claimTask, Attempts attempts, AcceptWeights acceptWeights, Caller caller) {
    this.claimTask = claimTask;
    this.attempts = attempts;
    this.acceptWeights = acceptWeights;
    this.caller = caller;
  }

  @POST
  @Path("claim")
  public @Nullable ClaimedTask claim(ClaimRequest request, RoutingContext http) {
    return claimTask
        .claim(
            caller.site(),
            request.kinds(),
            Duration.ofSeconds(request.waitSeconds()),
            () -> http.response().closed())
        .orElse(null);
  }

  @POST
  @Path("{task}/attempts/{attempt}/heartbeat")
  public Heartbeat.Answer heartbeat(TaskId task, int attempt, Heartbeat heartbeat) {
    return attempts.heartbeat(caller.site(), task, attempt, heartbeat);
  }

  @PUT
  @Path("{task}/attempts/{attempt}/weights")
  @Consumes(MediaType.APPLICATION_OCTET_STREAM)
  public Response weights(
      TaskId task,
      int attempt,
      @HeaderParam(ContentDigest.HEADER) @Nullable String contentDigest,
      @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Nullable Long contentLength,
      InputStream body) {
    AcceptWeights.Outcome outcome =
        acceptWeights.accept(
            caller.site(),
            task,
            attempt,
            ContentDigest.parse(contentDigest),
            contentLength == null ? -1 : contentLength,
            body);
    return switch (outcome) {
      case ACCEPTED -> Response.status(Response.Status.CREATED).build();
      case REPEATED -> Response.ok().build();
    };
  }

  @POST
  @Path("{task}/attempts/{attempt}/report")
  public void report(TaskId task, int attempt, TaskReport report) {
    attempts.report(caller.site(), task, attempt, report);
  }

  @POST
  @Path("{task}/attempts/{attempt}/failure")
  @Consumes({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
  public void failure(TaskId task, int attempt, Problem problem) {
    attempts.fail(caller.site(), task, attempt, problem);
  }
}
