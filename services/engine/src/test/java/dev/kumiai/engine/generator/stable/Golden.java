package dev.kumiai.engine.generator.stable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/// What diffusers and transformers computed; `make_golden.py` beside the files made them.
final class Golden {

  private static final ModelWeights TENSORS = read();

  private Golden() {}

  private static ModelWeights read() {
    try (SafetensorsFile file = SafetensorsFile.open(file("golden.safetensors"))) {
      return file.weights();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A file, such as the bundle `tiny.zip`.
  static Path file(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(Golden.class.getResource("/stable-diffusion/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static float[] floats(String name) {
    return TENSORS.get(name).toFloats();
  }

  /// Requires that two arrays differ by less than `error` of the expected one's length (both as
  /// Euclidean norms).
  static void requireClose(float[] found, float[] expected, double error) {
    assertThat(relativeError(found, expected)).isLessThan(error);
  }

  /// Infinite or not a number where `found` is.
  static double relativeError(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    double difference = 0;
    double length = 0;
    for (int i = 0; i < found.length; i++) {
      difference += Math.pow((double) found[i] - expected[i], 2);
      length += Math.pow(expected[i], 2);
    }
    assertThat(length).isPositive();
    return Math.sqrt(difference / length);
  }
}
