package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.retention.CollectGarbage;
import dev.kumiai.protocol.artifact.ArtifactUsage;
import dev.kumiai.protocol.artifact.GarbageReport;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/v1/artifacts")
@Tag(name = "artifacts")
@RunOnVirtualThread
public class ArtifactResource {

  private final CollectGarbage collectGarbage;

  ArtifactResource(CollectGarbage collectGarbage) {
    this.collectGarbage = collectGarbage;
  }

  @GET
  @Operation(
      operationId = "getArtifactUsage",
      summary = "How much is kept, and how much was removed")
  public ArtifactUsage usage() {
    return collectGarbage.usage();
  }

  @POST
  @Path("gc")
  @Operation(
      operationId = "collectGarbage",
      summary = "Remove the files that no run needs any more",
      description =
          "That is done now and then anyway; what came within the grace period always stays.")
  public GarbageReport collect(
      @Parameter(description = "Only tell what would be removed")
          @QueryParam("dryRun")
          @DefaultValue("false")
          boolean dryRun) {
    return collectGarbage.collect(dryRun);
  }
}
