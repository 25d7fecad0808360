package dev.kumiai.aggregation.model;

import dev.kumiai.core.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Keeps files under the digest of their content: written once, never changed.
public interface Artifacts {

  /// The file of that content; empty when it is not kept here.
  Optional<Path> find(Digest digest);

  /// A path that does not exist yet, on the file system the artifacts are on. What is left there
  /// after a crash is removed at the next start.
  Path temporary();

  /// Keeps a file that is durable already, under its digest, by renaming it.
  ///
  /// @param digest of the file; the caller has just computed it
  void keep(Path file, Digest digest) throws IOException;

  /// Refuses what would not leave the configured room on the disk.
  ///
  /// @throws dev.kumiai.core.KumiaiException.StorageFull `storage-full`
  void requireRoom(long bytes);
}
