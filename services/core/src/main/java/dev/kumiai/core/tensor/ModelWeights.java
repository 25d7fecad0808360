package dev.kumiai.core.tensor;

import dev.kumiai.core.KumiaiException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The tensors of one model, by name and in an order.
public final class ModelWeights {

  private final List<Tensor> tensors;
  private final Map<String, Tensor> byName;

  private ModelWeights(List<Tensor> tensors, Map<String, Tensor> byName) {
    this.tensors = tensors;
    this.byName = byName;
  }

  /// The tensors in this order.
  ///
  /// @throws KumiaiException.Invalid `tensor-name-duplicate` when two tensors have one name
  public static ModelWeights of(List<Tensor> tensors) {
    Map<String, Tensor> byName = new LinkedHashMap<>();
    for (Tensor tensor : tensors) {
      if (byName.put(tensor.spec().name(), tensor) != null) {
        throw new KumiaiException.Invalid(
            "tensor-name-duplicate", "two tensors are called '" + tensor.spec().name() + "'");
      }
    }
    return new ModelWeights(List.copyOf(tensors), byName);
  }

  public List<Tensor> tensors() {
    return tensors;
  }

  public List<TensorSpec> specs() {
    return tensors.stream().map(Tensor::spec).toList();
  }

  /// The tensor of this name.
  ///
  /// @throws KumiaiException.Invalid `tensor-missing` when there is none of this name
  public Tensor get(String name) {
    Tensor tensor = byName.get(name);
    if (tensor == null) {
      throw new KumiaiException.Invalid("tensor-missing", "the model has no tensor '" + name + "'");
    }
    return tensor;
  }

  /// Bytes of all tensors together.
  public long bytes() {
    return tensors.stream().mapToLong(tensor -> tensor.spec().bytes()).sum();
  }
}
