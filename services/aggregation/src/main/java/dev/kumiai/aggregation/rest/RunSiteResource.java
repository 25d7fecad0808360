package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.run.ReleaseSite;
import dev.kumiai.aggregation.run.Run;
import dev.kumiai.aggregation.run.Runs;
import dev.kumiai.core.RunId;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.RunSiteView;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/v1/runs/{run}/sites")
@Tag(name = "runs")
@RunOnVirtualThread
public class RunSiteResource {

  private final Runs runs;
  private final ReleaseSite releaseSite;
  private final RunSiteViews views;

  RunSiteResource(Runs runs, ReleaseSite releaseSite, RunSiteViews views) {
    this.runs = runs;
    this.releaseSite = releaseSite;
    this.views = views;
  }

  @GET
  @Operation(
      operationId = "listRunSites",
      summary = "The sites of a run: what each generates, what it did wrong, who is in quarantine")
  public List<RunSiteView> list(RunId run) {
    return views.of(runs.get(run));
  }

  @POST
  @Path("{site}/release")
  @Operation(
      operationId = "releaseSite",
      summary = "Let a site take part again that is in quarantine",
      description = "It is asked from the next round on; its faults stay known.")
  public RunSiteView release(RunId run, SiteId site) {
    Run released = releaseSite.release(run, site);
    return views.of(released, site);
  }
}
