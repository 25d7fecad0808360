package dev.kumiai.core.tensor;

import dev.kumiai.core.KumiaiException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is known of a tensor without its values.
///
/// @param name unique within a model, not empty, valid Unicode, and not `__metadata__`, which a
///   safetensors header keeps for itself
public record TensorSpec(String name, DType dtype, Shape shape) {

  static final String RESERVED_NAME = "__metadata__";

  public TensorSpec {
    if (name.isEmpty() || name.equals(RESERVED_NAME)) {
      throw new KumiaiException.Invalid(
          "tensor-name-invalid", "a tensor cannot be called '" + name + "': choose another name");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw new KumiaiException.Invalid(
          "tensor-name-invalid", "a tensor name has a half of a surrogate pair: use valid Unicode");
    }
    if (shape.elements() > Long.MAX_VALUE / dtype.bytes()) {
      throw new KumiaiException.Invalid(
          "tensor-too-large",
          "tensor '%s' of %s %s has more than 2^63-1 bytes".formatted(name, dtype, shape));
    }
  }

  public long elements() {
    return shape.elements();
  }

  public long bytes() {
    return elements() * dtype.bytes();
  }

  /// Refuses tensors that are not exactly the expected ones: same names, formats and shapes, in any
  /// order.
  ///
  /// @throws KumiaiException.Invalid `tensor-missing`, `tensor-unexpected`, `tensor-dtype-mismatch`
  ///   or `tensor-shape-mismatch`
  public static void requireSame(List<TensorSpec> expected, List<TensorSpec> actual) {
    Map<String, TensorSpec> left = new LinkedHashMap<>();
    actual.forEach(spec -> left.put(spec.name, spec));
    for (TensorSpec wanted : expected) {
      TensorSpec found = left.remove(wanted.name);
      if (found == null) {
        throw new KumiaiException.Invalid(
            "tensor-missing", "tensor '" + wanted.name + "' of the model is missing");
      }
      if (found.dtype != wanted.dtype) {
        throw new KumiaiException.Invalid(
            "tensor-dtype-mismatch",
            "tensor '%s' is %s in the model, not %s"
                .formatted(wanted.name, wanted.dtype, found.dtype));
      }
      if (!found.shape.equals(wanted.shape)) {
        throw new KumiaiException.Invalid(
            "tensor-shape-mismatch",
            "tensor '%s' has shape %s in the model, not %s"
                .formatted(wanted.name, wanted.shape, found.shape));
      }
    }
    if (!left.isEmpty()) {
      throw new KumiaiException.Invalid(
          "tensor-unexpected",
          "the model has no tensor '" + left.keySet().iterator().next() + "': leave it out");
    }
  }
}
