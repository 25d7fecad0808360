package dev.kumiai.aggregation.model;

import dev.kumiai.core.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Keeps files under the digest of their content: written once, never changed.
///
/// A file is kept in two steps, because the first may take long and the second belongs into the
/// transaction that refers to the file: [#send], then [#keep].
public interface Artifacts {

  /// The file of that content, brought to this disk if it is not there; empty when it is not kept.
  ///
  /// @throws dev.kumiai.core.KumiaiException.Unavailable `artifact-store-unavailable`
  Optional<Kept> open(Digest digest);

  /// Whether it is kept.
  ///
  /// @throws dev.kumiai.core.KumiaiException.Unavailable `artifact-store-unavailable`
  boolean has(Digest digest);

  /// A path that does not exist yet, on the file system the artifacts are on, for this process
  /// alone. What is left there after a crash is removed at the next start of any replica.
  Path temporary();

  /// Sends a file that is durable here to where it will be kept, if that is not this disk.
  ///
  /// @param digest of the file; the caller has just computed it
  /// @throws dev.kumiai.core.KumiaiException.Unavailable `artifact-store-unavailable`
  /// @throws dev.kumiai.core.KumiaiException.StorageFull `storage-full`
  void send(Path file, Digest digest) throws IOException;

  /// Keeps a file that was sent, by renaming it.
  void keep(Path file, Digest digest) throws IOException;

  /// Refuses what would not leave the configured room on the disk.
  ///
  /// @throws dev.kumiai.core.KumiaiException.StorageFull `storage-full`
  void requireRoom(long bytes);

  /// Removes a file; nothing happens when it is not kept.
  void remove(Digest digest);

  /// Hands over the digest and the bytes of every file that is kept.
  void forEach(BiConsumer<Digest, Long> action);

  /// Removes what was begun before and never ended, where it is kept.
  void sweep(Instant before);

  /// Removes what processes that are dead now left unfinished.
  void removeLeftovers() throws IOException;

  /// Refuses when an upload could not be taken now.
  ///
  /// @throws dev.kumiai.core.KumiaiException.StorageFull `storage-full`
  /// @throws dev.kumiai.core.KumiaiException.Unavailable `artifact-store-unavailable`
  void requireReady();
}
