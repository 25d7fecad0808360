package dev.kumiai.aggregation.store;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A bucket in which the name of an object is the digest of its content. So to put the same file
/// again changes nothing, and whether an object arrived whole needs no other check than its name.
final class S3Bucket {

  private static final Logger LOG = Logger.getLogger(S3Bucket.class);

  /// S3 takes no more parts of an object.
  private static final int MOST_PARTS = 10_000;

  private final S3Client s3;
  private final String name;
  private final String prefix;
  private final int partBytes;

  /// @param prefix begins the name of every object
  /// @param partBytes at least 5 MiB, or S3 refuses parts
  S3Bucket(S3Client s3, String name, String prefix, int partBytes) {
    this.s3 = s3;
    this.name = name;
    this.prefix = prefix;
    this.partBytes = partBytes;
  }

  /// How many bytes an object has; empty when there is none.
  Optional<Long> size(Digest digest) {
    try {
      return Optional.of(
          call(() -> s3.headObject(head -> head.bucket(name).key(key(digest)))).contentLength());
    } catch (NoSuchKeyException _) {
      return Optional.empty();
    }
  }

  /// Brings an object to a new file, part by part, so that what breaks off costs one part.
  ///
  /// @return the digest of what arrived
  Digest get(Digest digest, long bytes, Path file) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long at = 0; at < bytes; at += partBytes) {
        String range = "bytes=%d-%d".formatted(at, Math.min(bytes, at + partBytes) - 1);
        ByteBuffer part =
            call(() -> s3.getObjectAsBytes(get -> get.bucket(name).key(key(digest)).range(range)))
                .asByteBuffer();
        sha256.update(part.duplicate());
        while (part.hasRemaining()) {
          channel.write(part);
        }
      }
    }
    return Digest.of(sha256);
  }

  /// Puts a file; S3 refuses it when something else arrives.
  void put(Path file, Digest digest) throws IOException {
    long bytes = Files.size(file);
    if (bytes <= partBytes) {
      call(
          () ->
              s3.putObject(
                  put -> put.bucket(name).key(key(digest)).checksumSHA256(base64(digest)),
                  RequestBody.fromFile(file)));
    } else {
      putParts(file, bytes, digest);
    }
  }

  private void putParts(Path file, long bytes, Digest digest) throws IOException {
    String upload =
        call(() ->
                s3.createMultipartUpload(
                    create ->
                        create
                            .bucket(name)
                            .key(key(digest))
                            .checksumAlgorithm(ChecksumAlgorithm.SHA256)))
            .uploadId();
    boolean whole = false;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = Math.max(partBytes, (bytes + MOST_PARTS - 1) / MOST_PARTS);
      List<CompletedPart> parts = new ArrayList<>();
      for (long at = 0; at < bytes; at += size) {
        FilePart part = new FilePart(channel, at, Math.min(size, bytes - at));
        parts.add(putPart(part, parts.size() + 1, upload, digest));
      }
      call(
          () ->
              s3.completeMultipartUpload(
                  complete ->
                      complete
                          .bucket(name)
                          .key(key(digest))
                          .uploadId(upload)
                          .multipartUpload(all -> all.parts(parts))));
      whole = true;
    } finally {
      if (!whole) {
        abort(digest, upload);
      }
    }
  }

  private CompletedPart putPart(FilePart part, int number, String upload, Digest digest)
      throws IOException {
    String checksum = base64(part.digest());
    String tag =
        call(() ->
                s3.uploadPart(
                    put ->
                        put.bucket(name)
                            .key(key(digest))
                            .uploadId(upload)
                            .partNumber(number)
                            .checksumSHA256(checksum),
                    RequestBody.fromContentProvider(
                        part::open, part.bytes(), "application/octet-stream")))
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(tag).checksumSHA256(checksum).build();
  }

  private void abort(Digest digest, String upload) {
    try {
      s3.abortMultipartUpload(abort -> abort.bucket(name).key(key(digest)).uploadId(upload));
    } catch (SdkException e) {
      // What led here is the error to tell; garbage collection tries again.
      LOG.debugf("parts left digest=%s: %s", digest, e.getMessage());
    }
  }

  void remove(Digest digest) {
    call(() -> s3.deleteObject(delete -> delete.bucket(name).key(key(digest))));
  }

  /// Hands over the digest and the bytes of every object.
  void forEach(BiConsumer<Digest, Long> action) {
    List<S3Object> objects =
        call(
            () ->
                s3
                    .listObjectsV2Paginator(list -> list.bucket(name).prefix(prefix))
                    .contents()
                    .stream()
                    .toList());
    for (S3Object object : objects) {
      digest(object.key()).ifPresent(digest -> action.accept(digest, object.size()));
    }
  }

  /// Removes the parts of files that were begun before and of which the rest will not come.
  void abortParts(Instant before) {
    List<MultipartUpload> begun =
        call(
            () ->
                s3
                    .listMultipartUploadsPaginator(list -> list.bucket(name).prefix(prefix))
                    .uploads()
                    .stream()
                    .filter(upload -> upload.initiated().isBefore(before))
                    .toList());
    for (MultipartUpload upload : begun) {
      digest(upload.key()).ifPresent(digest -> abort(digest, upload.uploadId()));
    }
  }

  private Optional<Digest> digest(String key) {
    return key.startsWith(prefix)
        ? Digest.ofFileName(Path.of(key.substring(prefix.length())))
        : Optional.empty();
  }

  /// @throws KumiaiException.Unavailable `artifact-store-unavailable`
  void requireReachable() {
    call(() -> s3.headBucket(head -> head.bucket(name)));
  }

  /// Whether the bucket is known not to exist or not to be ours; false when the server is away.
  Optional<String> refusal() {
    try {
      s3.headBucket(head -> head.bucket(name));
      return Optional.empty();
    } catch (S3Exception e) {
      return e.statusCode() >= 500 ? Optional.empty() : Optional.of(String.valueOf(e.getMessage()));
    } catch (SdkException e) {
      LOG.warnf("S3 is away, going on without: %s", e.getMessage());
      return Optional.empty();
    }
  }

  private String key(Digest digest) {
    return prefix + digest.hex();
  }

  private static String base64(Digest digest) {
    return Base64.getEncoder().encodeToString(digest.bytes());
  }

  /// Says in our words what went wrong. A connection that lay idle may have been closed by the
  /// server; where the SDK meets that while it writes, it gives up at once, so it is tried again.
  private <T> T call(Supplier<T> request) {
    try {
      return once(request);
    } catch (UncheckedIOException _) {
      try {
        return once(request);
      } catch (UncheckedIOException e) {
        throw S3Failure.of(name, SdkClientException.create(String.valueOf(e.getMessage()), e));
      }
    }
  }

  private <T> T once(Supplier<T> request) {
    try {
      return request.get();
    } catch (NoSuchKeyException e) {
      throw e;
    } catch (SdkException e) {
      throw S3Failure.of(name, e);
    }
  }
}
