package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.json.StrictJson;
import dev.kumiai.aggregation.site.EnrolSite;
import dev.kumiai.aggregation.site.EnrolledKey;
import dev.kumiai.aggregation.site.SiteKeys;
import dev.kumiai.aggregation.site.Sites;
import dev.kumiai.aggregation.task.RevokeSite;
import dev.kumiai.aggregation.view.SiteViews;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.site.DatasetCounts;
import dev.kumiai.protocol.site.Enrolment;
import dev.kumiai.protocol.site.SiteKeyView;
import dev.kumiai.protocol.site.SiteView;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/v1/sites")
@Tag(name = "sites")
@RunOnVirtualThread
public class SiteResource {

  private final Sites sites;
  private final EnrolSite enrolSite;
  private final SiteKeys siteKeys;
  private final RevokeSite revokeSite;
  private final Signatures signatures;
  private final SiteCertificates certificates;
  private final StrictJson json;
  private final Caller caller;

  SiteResource(
      Sites sites,
      EnrolSite enrolSite,
      SiteKeys siteKeys,
      RevokeSite revokeSite,
      Signatures signatures,
      SiteCertificates certificates,
      StrictJson json,
      Caller caller) {
    this.sites = sites;
    this.enrolSite = enrolSite;
    this.siteKeys = siteKeys;
    this.revokeSite = revokeSite;
    this.signatures = signatures;
    this.certificates = certificates;
    this.json = json;
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
  @Consumes(MediaType.APPLICATION_JSON)
  @RequestBody(content = @Content(schema = @Schema(implementation = Enrolment.class)))
  public Enrolment.Accepted enrol(@Context RoutingContext http, InputStream body) {
    byte[] bytes = json.receive(body);
    Enrolment enrolment = json.read(bytes, Enrolment.class);
    certificates.require(enrolment.site(), http.request());
    signatures.require(enrolment.key(), http.request());
    Signatures.requireDigest(http.request(), bytes);
    return enrolSite.enrol(enrolment);
  }

  @GET
  @Path("{site}/keys")
  @Operation(operationId = "listSiteKeys", summary = "The keys with which a site signs its results")
  public List<SiteKeyView> keys(SiteId site) {
    return views(siteKeys.all(site));
  }

  @DELETE
  @Path("{site}/keys/{key}")
  @Operation(
      operationId = "revokeSiteKey",
      summary = "Take one key of a site back, and the tokens of its workers")
  public List<SiteKeyView> revokeKey(SiteId site, String key) {
    return views(revokeSite.revoke(site, key));
  }

  @POST
  @Path("{site}/revoke")
  @Operation(
      operationId = "revokeSite",
      summary = "Shut a site out: all its keys and tokens stop working, its open tasks fail",
      description = "It may come back by invitation only. What it answered before still counts.")
  public List<SiteKeyView> revoke(SiteId site) {
    return views(revokeSite.revoke(site));
  }

  private static List<SiteKeyView> views(List<EnrolledKey> keys) {
    return keys.stream()
        .map(key -> new SiteKeyView(key.key().id(), key.key(), key.enrolled(), key.revoked()))
        .toList();
  }

  @GET
  @Operation(operationId = "listSites", summary = "All sites and what they hold")
  public List<SiteView> list() {
    return sites.all().stream().map(SiteViews::view).toList();
  }

  @GET
  @Path("{site}")
  @Operation(operationId = "getSite", summary = "One site and what it holds")
  public SiteView get(SiteId site) {
    return SiteViews.view(sites.get(site));
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
    caller.worker().requireWholeSite();
    if (!dataset.equals(counts.dataset())) {
      throw new KumiaiException.Invalid(
          "dataset-name-differs",
          "the path says data set '%s', the body '%s'".formatted(dataset, counts.dataset()));
    }
    sites.announce(site, counts);
  }
}
