package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.site.Site;
import dev.kumiai.aggregation.site.Sites;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.site.Enrolment;
import dev.kumiai.protocol.site.SiteView;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/v1/sites")
@Tag(name = "sites")
@RunOnVirtualThread
public class SiteResource {

  private final Sites sites;
  private final Caller caller;

  SiteResource(Sites sites, Caller caller) {
    this.sites = sites;
    this.caller = caller;
  }

  @POST
  @ResponseStatus(201)
  @APIResponse(
      responseCode = "201",
      description = "Enrolled",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Enrolment.Accepted.class)))
  @Operation(
      operationId = "enrolSite",
      summary = "Enrol a worker of a site; answers its site token, once")
  public Enrolment.Accepted enrol(Enrolment enrolment) {
    return sites.enrol(enrolment);
  }

  @GET
  @Operation(operationId = "listSites", summary = "All sites and what they hold")
  public List<SiteView> list() {
    return sites.all().stream().map(SiteResource::view).toList();
  }

  @GET
  @Path("{site}")
  @Operation(operationId = "getSite", summary = "One site and what it holds")
  public SiteView get(SiteId site) {
    return view(sites.get(site));
  }

  @PUT
  @Path("{site}/datasets/{dataset}")
  @Operation(
      operationId = "announceDataset",
      summary = "Say what a site holds of a data set: counts, nothing else")
  public void announce(SiteId site, String dataset, DatasetCounts counts) {
    if (!site.equals(caller.site())) {
      throw new KumiaiException.Forbidden(
          "site-is-another", "a worker of site '" + caller.site() + "' speaks for it alone");
    }
    if (!dataset.equals(counts.dataset())) {
      throw new KumiaiException.Invalid(
          "dataset-name-differs",
          "the path says data set '%s', the body '%s'".formatted(dataset, counts.dataset()));
    }
    sites.announce(site, counts);
  }

  private static SiteView view(Site site) {
    return new SiteView(site.id(), site.enrolled(), site.lastSeen(), site.datasets());
  }
}
