package dev.kumiai.aggregation.retention;

import dev.kumiai.aggregation.model.ArtifactRecords.ArtifactRecord;
import dev.kumiai.core.Digest;
import dev.kumiai.core.RunId;
import dev.kumiai.protocol.artifact.ArtifactUsage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What the database knows of files. All of it is called in a transaction.
public interface GarbageStore {

  /// All runs.
  List<RunId> runs();

  /// The digests of models that unfinished runs start from.
  List<Digest> initialModels();

  /// The kept files of a run that are older.
  List<Reference> filesOf(RunId run, Instant before);

  /// Kept files to which nothing refers, that are older.
  List<Digest> unreferenced(Instant before);

  /// Everything that refers to a file.
  List<Reference> references(Digest digest);

  /// What is recorded of a file, which nobody else can use or remove until the transaction ends.
  Optional<ArtifactRecord> lock(Digest digest);

  /// Records that a file is gone.
  void removed(Digest digest, Instant at);

  /// Records a file that was kept by a release that recorded none; nothing happens when it is
  /// recorded.
  void adopt(Digest digest, long bytes, Instant kept);

  /// How much is kept.
  ArtifactUsage usage(String store);
}
