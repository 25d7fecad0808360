package dev.kumiai.aggregation.rest;

import dev.kumiai.aggregation.model.Models;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.PathPart;
import org.jspecify.annotations.Nullable;

/// Sends a model straight from its file: whole, a range of it (RFC 9110), or nothing where the
/// caller has it already.
@ApplicationScoped
class ModelDownload {

  /// Its name in the OpenAPI document.
  static final String WHOLE = "Model";

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");
  private static final int PARTIAL_CONTENT = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final Models models;

  ModelDownload(Models models) {
    this.models = models;
  }

  /// Bytes of a file: both ends inclusive.
  private record Range(long first, long last) {}

  /// @param range the header of that name; null asks for the whole model
  Response of(Digest digest, Request request, @Nullable String range) {
    Path file = models.file(digest);
    EntityTag tag = new EntityTag(digest.toString());
    Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
    if (unchanged != null) {
      return unchanged.tag(tag).build();
    }
    long size = size(file);
    Response.ResponseBuilder response =
        Response.ok()
            .type(MediaType.APPLICATION_OCTET_STREAM)
            .tag(tag)
            .header(HttpHeaders.CACHE_CONTROL, "immutable, max-age=31536000")
            .header("Accept-Ranges", "bytes")
            .header(ContentDigest.OF_REPRESENTATION, ContentDigest.format(digest));
    Matcher matcher = range == null ? null : RANGE.matcher(range);
    if (matcher == null || !matcher.matches()) {
      return response.entity(new PathPart(file, 0, size)).build();
    }
    Range wanted = range(matcher, size);
    if (wanted == null) {
      return Response.status(RANGE_NOT_SATISFIABLE)
          .header("Content-Range", "bytes */" + size)
          .build();
    }
    return response
        .status(PARTIAL_CONTENT)
        .header("Content-Range", "bytes %d-%d/%d".formatted(wanted.first(), wanted.last(), size))
        .entity(new PathPart(file, wanted.first(), wanted.last() - wanted.first() + 1))
        .build();
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /// @return null when no byte of the file is in it
  private static @Nullable Range range(Matcher matcher, long size) {
    try {
      String first = matcher.group(1);
      String last = matcher.group(2);
      if (first.isEmpty()) {
        long count = Long.parseLong(last);
        return count == 0 ? null : new Range(Math.max(0, size - count), size - 1);
      }
      long begin = Long.parseLong(first);
      long end = last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1);
      return begin < size && begin <= end ? new Range(begin, end) : null;
    } catch (NumberFormatException e) {
      throw new KumiaiException.Invalid("range-malformed", "the Range header has no numbers", e);
    }
  }
}
