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
import java.util.List;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/v1/sites")
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
  public Enrolment.Accepted enrol(Enrolment enrolment) {
    return sites.enrol(enrolment);
  }

  @GET
  public List<SiteView> list() {
    return sites.all().stream().map(SiteResource::view).toList();
  }

  @GET
  @Path("{site}")
  public SiteView get(SiteId site) {
    return view(sites.get(site));
  }

  @PUT
  @Path("{site}/datasets/{dataset}")
  @SiteOnly
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
