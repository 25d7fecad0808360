package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.run.CancelRun;
import dev.kumiai.aggregation.run.CreateRun;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.Runs;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.run.RoundView;
import dev.kumiai.protocol.run.RunSpec;
import dev.kumiai.protocol.run.RunView;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import java.util.List;

@Path("/api/v1/runs")
@RunOnVirtualThread
public class RunResource {

  private final CreateRun createRun;
  private final CancelRun cancelRun;
  private final Runs runs;
  private final RunViews views;
  private final StrictJson json;
  private final ModelDownload download;

  RunResource(
      CreateRun createRun,
      CancelRun cancelRun,
      Runs runs,
      RunViews views,
      StrictJson json,
      ModelDownload download) {
    this.createRun = createRun;
    this.cancelRun = cancelRun;
    this.runs = runs;
    this.views = views;
    this.json = json;
    this.download = download;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(InputStream body) {
    RunSpec spec = json.read(body, RunSpec.class);
    Run run = createRun.create(spec);
    return Response.created(URI.create("/api/v1/runs/" + run.id())).entity(views.view(run)).build();
  }

  @GET
  public List<RunView> list() {
    return views.list(runs.newest());
  }

  @GET
  @Path("{run}")
  public RunView get(RunId run) {
    return views.view(runs.get(run));
  }

  @GET
  @Path("{run}/rounds")
  public List<RoundView> rounds(RunId run) {
    return views.rounds(runs.get(run));
  }

  @GET
  @Path("{run}/model")
  public Response model(RunId run, Request request) {
    Digest model = runs.get(run).state().model();
    if (model == null) {
      throw new KumiaiException.NotFound(
          "model-not-there-yet", "run " + run + " has no weights yet: ask again later");
    }
    return download.of(model, request, null);
  }

  @POST
  @Path("{run}/cancel")
  public RunView cancel(RunId run) {
    return views.view(cancelRun.cancel(run));
  }
}
