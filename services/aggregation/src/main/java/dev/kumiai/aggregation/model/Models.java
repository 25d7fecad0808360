package dev.kumiai.aggregation.model;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.TensorSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The weights that are kept here.
@ApplicationScoped
public class Models {

  private final Artifacts artifacts;

  Models(Artifacts artifacts) {
    this.artifacts = artifacts;
  }

  public Optional<Path> find(Digest digest) {
    return artifacts.find(digest);
  }

  /// The file of a model.
  public Path file(Digest digest) {
    return find(digest)
        .orElseThrow(
            () ->
                new KumiaiException.NotFound(
                    "model-unknown",
                    "no model " + digest + " is kept here: upload it, or ask for another"));
  }

  public List<TensorSpec> specs(Digest digest) {
    try (SafetensorsFile file = SafetensorsFile.open(file(digest))) {
      return file.specs();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read model " + digest, e);
    }
  }

  /// Fills a file of weights.
  @FunctionalInterface
  public interface Filling {
    void fill(SafetensorsWriter writer) throws IOException;
  }

  /// Writes and keeps a model.
  public Digest write(List<TensorSpec> specs, Filling filling) throws IOException {
    Path file = artifacts.temporary();
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, specs, Map.of())) {
      filling.fill(writer);
      Digest digest = writer.finish();
      artifacts.keep(file, digest);
      return digest;
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /// Keeps an upload that was checked already.
  public void keep(Upload upload) {
    try {
      artifacts.keep(upload.file(), upload.digest());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep " + upload.digest(), e);
    }
  }
}
