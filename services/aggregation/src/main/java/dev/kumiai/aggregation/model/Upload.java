package dev.kumiai.aggregation.model;

import dev.kumiai.core.Digest;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A file of weights that has arrived whole and durably, and is not kept yet. Closing it removes
/// what was not kept.
public final class Upload implements AutoCloseable {

  private final Path file;
  private final Digest digest;

  Upload(Path file, Digest digest) {
    this.file = file;
    this.digest = digest;
  }

  Path file() {
    return file;
  }

  public Digest digest() {
    return digest;
  }

  /// Refuses what no model can be: a malformed file, other tensors than expected, a value that is
  /// not a number.
  ///
  /// @param expected the tensors it must have; null takes any
  /// @return its metadata
  public Map<String, String> requireWeights(@Nullable List<TensorSpec> expected) {
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      if (expected == null) {
        requireTensors(weights);
      } else {
        TensorSpec.requireSame(expected, weights.specs());
      }
      weights.requireFinite();
      return weights.metadata();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the upload " + digest, e);
    }
  }

  private static void requireTensors(SafetensorsFile weights) {
    if (weights.specs().isEmpty()) {
      throw new KumiaiException.Invalid(
          "model-empty", "the file has no tensors: upload the weights of a model");
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the temporary file " + file, e);
    }
  }
}
