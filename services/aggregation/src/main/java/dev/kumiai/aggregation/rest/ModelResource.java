package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.model.Models;
import dev.kumiai.aggregation.model.Upload;
import dev.kumiai.aggregation.model.Uploads;
import dev.kumiai.core.Digest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/models")
@RunOnVirtualThread
public class ModelResource {

  private final Models models;
  private final Uploads uploads;
  private final ModelDownload download;

  ModelResource(Models models, Uploads uploads, ModelDownload download) {
    this.models = models;
    this.uploads = uploads;
    this.download = download;
  }

  /// What an upload is called from now on.
  public record Kept(Digest digest) {}

  @POST
  @Consumes(MediaType.APPLICATION_OCTET_STREAM)
  public Response upload(
      @HeaderParam(ContentDigest.HEADER) @Nullable String contentDigest,
      @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Nullable Long contentLength,
      InputStream body) {
    Digest declared = ContentDigest.parse(contentDigest);
    try (Upload upload =
        uploads.receive(body, contentLength == null ? -1 : contentLength, declared)) {
      upload.requireWeights(null);
      models.keep(upload);
      return Response.created(URI.create("/api/v1/models/" + upload.digest()))
          .entity(new Kept(upload.digest()))
          .build();
    }
  }

  @GET
  @Path("{digest}")
  public Response get(
      Digest digest, Request request, @HeaderParam("Range") @Nullable String range) {
    return download.of(digest, request, range);
  }
}
