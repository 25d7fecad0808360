package dev.kumiai.core.quality;

import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/// What NumPy, SciPy and scikit-learn computed, made by `make_golden.py` beside the files, and what
/// they computed it from.
public final class Golden {

  private final ModelWeights inputs;
  private final Properties expected = new Properties();

  public Golden() throws IOException, URISyntaxException {
    Path file =
        Path.of(
            Objects.requireNonNull(Golden.class.getResource("/quality/inputs.safetensors"))
                .toURI());
    inputs = SafetensorsFile.open(file).weights();
    try (InputStream in =
        Objects.requireNonNull(Golden.class.getResourceAsStream("/quality/expected.properties"))) {
      expected.load(in);
    }
  }

  /// An input `[n, d]`.
  public Embeddings embeddings(String name) {
    List<Long> shape = inputs.get(name).spec().shape().dimensions();
    return Embeddings.of(
        Math.toIntExact(shape.get(0)), Math.toIntExact(shape.get(1)), floats(name));
  }

  public float[] floats(String name) {
    return inputs.get(name).toFloats();
  }

  public long[] longs(String name) {
    return inputs.get(name).toLongs();
  }

  public double[] doubles(String name) {
    float[] floats = floats(name);
    double[] doubles = new double[floats.length];
    Arrays.setAll(doubles, i -> floats[i]);
    return doubles;
  }

  public double[] expected(String key) {
    return Arrays.stream(Objects.requireNonNull(expected.getProperty(key), key).split(",", -1))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }
}
