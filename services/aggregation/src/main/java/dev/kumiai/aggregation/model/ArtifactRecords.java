package dev.kumiai.aggregation.model;

import dev.kumiai.core.Digest;
import java.time.Instant;
import java.util.Optional;

/// What is recorded of the files that are kept: without it, garbage collection could take a file
/// for one that nobody needs between its arrival and the transaction that refers to it.
public interface ArtifactRecords {

  /// Records in a transaction of its own that a file is about to be kept. From now on it is safe
  /// for the grace period.
  void arrives(Digest digest, long bytes);

  /// Records in the present transaction that something is about to refer to a file that is kept,
  /// and keeps garbage collection from it until that has ended.
  ///
  /// @return whether it is kept; false when it was removed. True for a file of which nothing is
  ///   recorded
  boolean use(Digest digest);

  /// What is recorded of a file.
  Optional<ArtifactRecord> find(Digest digest);

  /// One file.
  ///
  /// @param removed when it was removed; empty while it is kept
  record ArtifactRecord(Digest digest, long bytes, Instant kept, Optional<Instant> removed) {}
}
