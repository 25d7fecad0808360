package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.initializer.Initializer;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.nn.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// A network of an [Architecture].
final class BuiltInNetwork extends Network {

  private final Architecture architecture;
  private final List<TensorSpec> specs;

  BuiltInNetwork(Architecture architecture, ImageForm form, int classes) {
    super(form, classes);
    this.architecture = architecture;
    try (NDManager scope = EngineDevice.cpu(1).newScope()) {
      specs = Weights.specs(arrays(initialise(scope)));
    }
  }

  @Override
  public List<TensorSpec> specs() {
    return specs;
  }

  /// He's initialisation (2015, arXiv 1502.01852) of convolutions and linear layers, uniform in
  /// `+-sqrt(6 / inputs of a unit)`: unlike the Gaussian it takes no logarithm, whose last bit
  /// differs between machines. Normalisation starts as the identity, biases at 0.
  @Override
  public ModelWeights initialWeights(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    return ModelWeights.of(specs.stream().map(spec -> initial(spec, random)).toList());
  }

  private static Tensor initial(TensorSpec spec, RandomGenerator random) {
    float[] values = new float[Math.toIntExact(spec.elements())];
    List<Long> dimensions = spec.shape().dimensions();
    if (dimensions.size() > 1) {
      float bound = (float) Math.sqrt(6.0 * dimensions.getFirst() / values.length);
      for (int i = 0; i < values.length; i++) {
        values[i] = (2 * random.nextFloat() - 1) * bound;
      }
    } else if (spec.name().endsWith(".weight")) {
      Arrays.fill(values, 1);
    }
    return Tensor.ofFloats(spec.name(), spec.shape(), values);
  }

  @Override
  LoadedClassifier load(EngineDevice device, NDManager scope, ModelWeights weights) {
    Block block = initialise(scope);
    SequencedMap<String, NDArray> arrays = arrays(block);
    Weights.copy(weights, arrays);
    return new LoadedClassifier(block, arrays, device.precision());
  }

  private Block initialise(NDManager scope) {
    Block block = architecture.build(classes());
    Weights.parameters(block).values().forEach(p -> p.setInitializer(Initializer.ZEROS));
    Shape images = new Shape(1, form().channels(), form().size(), form().size());
    block.initialize(scope, DataType.FLOAT32, images);
    return block;
  }

  private static SequencedMap<String, NDArray> arrays(Block block) {
    SequencedMap<String, NDArray> arrays = new LinkedHashMap<>();
    Weights.parameters(block).forEach((name, p) -> arrays.put(name, p.getArray()));
    return arrays;
  }
}
