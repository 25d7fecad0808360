package dev.kumiai.engine.generator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.core.tensor.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// What PyTorch and NumPy computed; `make_golden.py` beside the file made it.
final class Golden {

  private static final ModelWeights TENSORS = read();

  private Golden() {}

  private static ModelWeights read() {
    try (SafetensorsFile file =
        SafetensorsFile.open(
            Path.of(
                Objects.requireNonNull(Golden.class.getResource("/generator/golden.safetensors"))
                    .toURI()))) {
      return file.weights();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static float[] floats(String name) {
    return TENSORS.get(name).toFloats();
  }

  static NDArray array(NDManager manager, String name) {
    Tensor tensor = TENSORS.get(name);
    long[] dimensions =
        tensor.spec().shape().dimensions().stream().mapToLong(Long::longValue).toArray();
    return manager.create(tensor.toFloats(), new Shape(dimensions));
  }

  /// The tensors whose names start with `prefix.`, without it.
  static ModelWeights under(String prefix) {
    List<Tensor> chosen =
        TENSORS.tensors().stream()
            .filter(tensor -> tensor.spec().name().startsWith(prefix + "."))
            .map(tensor -> renamed(tensor, tensor.spec().name().substring(prefix.length() + 1)))
            .toList();
    return ModelWeights.of(chosen);
  }

  private static Tensor renamed(Tensor tensor, String name) {
    return Tensor.of(
        new TensorSpec(name, tensor.spec().dtype(), tensor.spec().shape()), tensor.buffer());
  }
}
