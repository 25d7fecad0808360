package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.model.Kept;
import dev.kumiai.aggregation.model.Models;
import dev.kumiai.core.Digest;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.PathPart;

/// Sends a model straight from its file: whole, a range of it, or nothing where the caller has it
/// already (RFC 9110).
@ApplicationScoped
class ModelDownload {

  /// Its name in the OpenAPI document.
  static final String WHOLE = "Model";

  private static final int PARTIAL_CONTENT = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final Models models;
  private final CurrentVertxRequest http;

  ModelDownload(Models models, CurrentVertxRequest http) {
    this.models = models;
    this.http = http;
  }

  Response of(Digest digest, Request request, HttpHeaders headers) {
    Kept kept = models.open(digest);
    // The answer is sent after this has returned, or never.
    http.getCurrent().addEndHandler(_ -> kept.close());
    Path file = kept.file();
    EntityTag tag = new EntityTag(digest.toString());
    Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
    if (unchanged != null) {
      return unchanged.tag(tag).build();
    }
    long size = size(file);
    Optional<ByteRange> wanted = range(headers, tag, size);
    if (wanted.isPresent() && wanted.get().length() == 0) {
      return Problems.problem(
              RANGE_NOT_SATISFIABLE,
              "range-not-satisfiable",
              "the model has " + size + " bytes, none of them in the range",
              List.of())
          .header("Content-Range", "bytes */" + size)
          .build();
    }
    Response.ResponseBuilder response =
        Response.ok()
            .type(MediaType.APPLICATION_OCTET_STREAM)
            .tag(tag)
            .header("Accept-Ranges", "bytes")
            .header(ContentDigest.OF_REPRESENTATION, ContentDigest.format(digest));
    if (wanted.isEmpty()) {
      return send(response, file, 0, size);
    }
    ByteRange range = wanted.get();
    response
        .status(PARTIAL_CONTENT)
        .header("Content-Range", "bytes %d-%d/%d".formatted(range.first(), range.last(), size));
    return send(response, file, range.first(), range.length());
  }

  /// With the length said here, because the answer to HEAD has no body to take it from.
  private static Response send(
      Response.ResponseBuilder response, Path file, long first, long length) {
    return response
        .header(HttpHeaders.CONTENT_LENGTH, length)
        .entity(new PathPart(file, first, length))
        .build();
  }

  /// A range of another version of the resource is no use to the caller.
  private static Optional<ByteRange> range(HttpHeaders headers, EntityTag tag, long size) {
    String of = headers.getHeaderString("If-Range");
    String range = headers.getHeaderString("Range");
    return range == null || (of != null && !of.equals("\"" + tag.getValue() + "\""))
        ? Optional.empty()
        : ByteRange.parse(range, size);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
