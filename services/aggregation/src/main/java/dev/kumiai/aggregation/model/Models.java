package dev.kumiai.aggregation.model;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.TensorSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
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

  /// Starts a file of weights.
  public Draft draft(List<TensorSpec> specs) throws IOException {
    return new Draft(artifacts, specs);
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
