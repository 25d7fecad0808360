package dev.kumiai.engine.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.core.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// The way between a block's parameters on a device and [ModelWeights].
public final class Weights {

  /// DJL puts the child's number before its name.
  private static final int CHILD_NUMBER_DIGITS = 2;

  private Weights() {}

  /// All parameters of a block and its children, named by the path to them as PyTorch does:
  /// `layer1.0.conv1.weight`.
  public static SequencedMap<String, Parameter> parameters(Block block) {
    SequencedMap<String, Parameter> named = new LinkedHashMap<>();
    collect("", block, named);
    return named;
  }

  private static void collect(String path, Block block, SequencedMap<String, Parameter> into) {
    for (Pair<String, Parameter> parameter : block.getDirectParameters()) {
      into.put(path + parameter.getKey(), parameter.getValue());
    }
    for (Pair<String, Block> child : block.getChildren()) {
      collect(path + child.getKey().substring(CHILD_NUMBER_DIGITS) + '.', child.getValue(), into);
    }
  }

  /// What the arrays look like as float32 tensors.
  public static List<TensorSpec> specs(SequencedMap<String, NDArray> arrays) {
    return arrays.entrySet().stream().map(e -> spec(e.getKey(), e.getValue())).toList();
  }

  private static TensorSpec spec(String name, NDArray array) {
    return new TensorSpec(name, DType.F32, Shape.of(array.getShape().getShape()));
  }

  /// Copies `weights` into `arrays`.
  ///
  /// @throws dev.kumiai.core.KumiaiException.Invalid when names, formats or shapes are not the same
  public static void copy(ModelWeights weights, SequencedMap<String, NDArray> arrays) {
    TensorSpec.requireSame(specs(arrays), weights.specs());
    arrays.forEach((name, array) -> copy(weights.get(name), array));
  }

  private static void copy(Tensor tensor, NDArray array) {
    try (NDManager scope = array.getManager().newSubManager(Device.cpu())) {
      NDArray staged = scope.create(array.getShape(), DataType.FLOAT32);
      staged.toByteBuffer(true).put(tensor.buffer());
      array.set(new NDIndex("..."), staged.toDevice(array.getDevice(), false));
    }
  }

  /// Puts `weights` beside `arrays`, on their device, as long as their scope is open.
  ///
  /// @throws dev.kumiai.core.KumiaiException.Invalid when names, formats or shapes are not the same
  public static SequencedMap<String, NDArray> onDevice(
      ModelWeights weights, SequencedMap<String, NDArray> arrays) {
    SequencedMap<String, NDArray> beside = new LinkedHashMap<>();
    arrays.forEach((name, array) -> beside.put(name, array.zerosLike()));
    copy(weights, beside);
    return beside;
  }

  /// Copies float32 `arrays` out.
  public static ModelWeights copyOf(SequencedMap<String, NDArray> arrays) {
    return ModelWeights.of(
        arrays.entrySet().stream().map(e -> copyOf(e.getKey(), e.getValue())).toList());
  }

  private static Tensor copyOf(String name, NDArray array) {
    TensorSpec spec = spec(name, array);
    ByteBuffer copy = ByteBuffer.allocate(Math.toIntExact(spec.bytes()));
    try (NDManager scope = array.getManager().newSubManager(Device.cpu())) {
      NDArray same = array.stopGradient();
      same.attach(scope);
      copy.put(same.toDevice(Device.cpu(), false).toByteBuffer(true)).flip();
    }
    return Tensor.of(spec, copy);
  }
}
