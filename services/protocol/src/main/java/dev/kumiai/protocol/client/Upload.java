package dev.kumiai.protocol.client;

import dev.kumiai.core.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// A file on its way to the aggregator: streamed, with its length and its digest (RFC 9530) ahead
/// of it, so that what was cut off or changed on the way is never taken for the whole.
final class Upload {

  private Upload() {}

  static Call of(String method, String path, Path file, Duration patience) {
    try {
      long length = Files.size(file);
      String digest = Call.contentDigest(Digest.of(file));
      AtomicLong moved = new AtomicLong();
      return new Call(
          method,
          path,
          Map.of("Content-Type", "application/octet-stream", Call.CONTENT_DIGEST, digest),
          () -> publisher(file, length, moved),
          moved::get,
          patience,
          true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static BodyPublisher publisher(Path file, long length, AtomicLong moved) {
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofInputStream(() -> open(file, moved)), length);
  }

  private static InputStream open(Path file, AtomicLong moved) {
    try {
      return new FilterInputStream(Files.newInputStream(file)) {
        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
          int read = super.read(into, offset, length);
          moved.addAndGet(Math.max(read, 0));
          return read;
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
