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
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/v1/models")
@Tag(name = "models")
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
  @Operation(operationId = "uploadModel", summary = "Keep weights to start a run from")
  @RequestBody(
      content =
          @Content(
              mediaType = MediaType.APPLICATION_OCTET_STREAM,
              schema = @Schema(type = SchemaType.STRING, format = "binary")))
  @APIResponse(
      responseCode = "201",
      description = "Kept",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = Kept.class)))
  public RestResponse<Kept> upload(
      @Parameter(required = true, description = ContentDigest.DESCRIPTION)
          @HeaderParam(ContentDigest.HEADER)
          @Nullable String contentDigest,
      @Parameter(hidden = true) @HeaderParam(HttpHeaders.CONTENT_LENGTH)
          @Nullable Long contentLength,
      InputStream body) {
    Digest declared = ContentDigest.parse(contentDigest);
    try (Upload upload =
        uploads.receive(body, contentLength == null ? -1 : contentLength, declared)) {
      upload.requireWeights(null);
      models.send(upload);
      models.keep(upload);
      URI location = URI.create("/api/v1/models/" + upload.digest());
      return RestResponse.ResponseBuilder.<Kept>created(location)
          .entity(new Kept(upload.digest()))
          .build();
    }
  }

  @GET
  @Path("{digest}")
  @Operation(
      operationId = "getModel",
      summary = "A model by its digest; ranges and If-None-Match work as in RFC 9110")
  @APIResponse(responseCode = "200", ref = ModelDownload.WHOLE)
  @Parameter(
      name = "Range",
      in = ParameterIn.HEADER,
      schema = @Schema(type = SchemaType.STRING),
      description = "A single range of bytes")
  @APIResponse(responseCode = "206", description = "The range that was asked for")
  @APIResponse(responseCode = "304", description = "The caller has it already")
  public Response get(Digest digest, @Context Request request, @Context HttpHeaders headers) {
    return download.of(digest, request, headers);
  }
}
