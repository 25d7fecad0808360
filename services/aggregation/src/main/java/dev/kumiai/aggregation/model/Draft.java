package dev.kumiai.aggregation.model;

import dev.kumiai.core.Digest;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A file of weights that is being made and not kept yet. Closing it removes what was not kept.
public final class Draft implements AutoCloseable {

  private final Artifacts artifacts;
  private final ArtifactRecords records;
  private final Path file;
  private final SafetensorsWriter writer;
  private @Nullable Digest finished;

  Draft(Artifacts artifacts, ArtifactRecords records, List<TensorSpec> specs) throws IOException {
    this.artifacts = artifacts;
    this.records = records;
    this.file = artifacts.temporary();
    this.writer = SafetensorsWriter.create(file, specs, Map.of());
  }

  /// Where the values go.
  public SafetensorsWriter writer() {
    return writer;
  }

  /// Completes the file.
  ///
  /// @throws dev.kumiai.core.KumiaiException.Invalid `tensor-not-finite`
  public void finish() throws IOException {
    Digest digest = writer.finish();
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      weights.requireFinite();
    }
    finished = digest;
  }

  /// The digest of the finished file.
  public Digest digest() {
    return Objects.requireNonNull(finished, "the draft is not finished");
  }

  /// Keeps the finished file.
  public Digest keep() throws IOException {
    Digest digest = digest();
    records.arrives(digest, Files.size(file));
    artifacts.send(file, digest);
    artifacts.keep(file, digest);
    return digest;
  }

  @Override
  public void close() throws IOException {
    writer.close();
    Files.deleteIfExists(file);
  }
}
