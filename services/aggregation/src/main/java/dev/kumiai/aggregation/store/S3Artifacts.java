package dev.kumiai.aggregation.store;

import dev.kumiai.aggregation.model.Artifacts;
import dev.kumiai.aggregation.model.Kept;
import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Artifacts as objects `<prefix><digest>` of a bucket. A file is brought to this disk before it is
/// opened, since an aggregation maps its files, and stays there until its room is needed.
final class S3Artifacts implements Artifacts {

  private final S3Bucket bucket;
  private final TemporaryFolder temporary;

  /// Ours as long as this process lives.
  @SuppressWarnings("FieldCanBeLocal")
  private final OwnFolder folder;

  private final FileCache cache;
  private final Disk disk;

  /// @param data the folder of this aggregator
  S3Artifacts(S3Bucket bucket, Path data, long cacheBytes, long reserveBytes) throws IOException {
    this.bucket = bucket;
    this.temporary = new TemporaryFolder(data.resolve("temporary"));
    temporary.removeLeftovers();
    this.folder = OwnFolder.claim(data.resolve("cache"));
    this.cache = new FileCache(folder.path(), cacheBytes, this::fetch);
    this.disk = new Disk(data, reserveBytes);
  }

  @Override
  public Optional<Kept> open(Digest digest) {
    return cache.open(digest);
  }

  private Optional<Path> fetch(Digest digest) throws IOException {
    Optional<Long> bytes = bucket.size(digest);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    requireRoom(bytes.get());
    Path file = temporary();
    boolean whole = false;
    try {
      Digest arrived = bucket.get(digest, bytes.get(), file);
      if (!arrived.equals(digest)) {
        throw new KumiaiException.Unavailable(
            "artifact-damaged",
            "the object %s of the bucket has another content, %s: restore it"
                .formatted(digest, arrived),
            null);
      }
      whole = true;
      return Optional.of(file);
    } finally {
      if (!whole) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public boolean has(Digest digest) {
    return bucket.size(digest).isPresent();
  }

  @Override
  public Path temporary() {
    return temporary.newFile();
  }

  /// Sent again though it may be there: what is sent is as new as if it never had been.
  @Override
  public void send(Path file, Digest digest) throws IOException {
    bucket.put(file, digest);
  }

  /// The bucket has it, and whoever asks for it next shall not wait.
  @Override
  public void keep(Path file, Digest digest) throws IOException {
    cache.add(file, digest);
  }

  @Override
  public void requireRoom(long bytes) {
    long missing = disk.missing(bytes);
    if (missing > 0) {
      cache.shrink(Math.max(0, cache.bytes() - missing));
    }
    disk.requireRoom(bytes);
  }

  @Override
  public void remove(Digest digest) {
    bucket.remove(digest);
    try {
      cache.remove(digest);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + digest + " from the cache", e);
    }
  }

  @Override
  public void forEach(BiConsumer<Digest, Long> action) {
    bucket.forEach(action);
  }

  @Override
  public void sweep(Instant before) {
    bucket.abortParts(before);
  }

  @Override
  public void removeLeftovers() throws IOException {
    temporary.removeLeftovers();
  }

  @Override
  public void requireReady() {
    requireRoom(1);
    bucket.requireReachable();
  }
}
