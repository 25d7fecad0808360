package dev.kumiai.engine.generator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import dev.kumiai.core.tensor.DType;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.nn.Weights;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A [UNet] on a device, with its weights, for images of one form. One thread uses it, the one that
/// made it.
final class Denoiser implements AutoCloseable {

  private final NDManager manager;
  private final ParameterStore store;
  private final UNet network;
  private final Map<String, NDArray> weights;
  private final PackedPixels layout;
  private final DiffusionDesign design;

  /// @param trainable whether gradients of the weights are wanted
  Denoiser(DiffusionDesign design, PixelScale scale, EngineDevice device, boolean trainable) {
    this(design, scale, device.newScope(), trainable);
  }

  /// @param scope where its arrays live; closed with it
  Denoiser(DiffusionDesign design, PixelScale scale, NDManager scope, boolean trainable) {
    DiffusionArchitecture architecture = design.architecture();
    this.design = design;
    this.layout = new PackedPixels(design.form(), scale, architecture.pixelMultiple());
    this.manager = scope;
    this.store = new ParameterStore(manager, false);
    this.network = new UNet(architecture, layout.channels(), design.classes(), design.vocabulary());
    network.freezeParameters(!trainable);
    network.setInitializer(Initializer.ZEROS, _ -> true);
    network.initialize(
        manager,
        DataType.FLOAT32,
        shape(1),
        Layers.vectors(architecture.embedding()),
        Layers.vectors(design.classes() + 1),
        Layers.vectors(design.vocabulary().words().size()));
    this.weights = named(network);
  }

  /// The weights of an initialised block by name: `stem.weight`.
  static Map<String, NDArray> named(Block block) {
    Map<String, NDArray> named = new LinkedHashMap<>();
    Weights.parameters(block).forEach((name, parameter) -> named.put(name, parameter.getArray()));
    return named;
  }

  /// The tensors that such a network has.
  static List<TensorSpec> specs(DiffusionDesign design, DType dtype) {
    try (Denoiser denoiser =
        new Denoiser(design, new PixelScale(0, 1), EngineDevice.cpu(1), false)) {
      return denoiser.specs(dtype);
    }
  }

  private List<TensorSpec> specs(DType dtype) {
    return weights.entrySet().stream()
        .map(entry -> spec(entry.getKey(), entry.getValue(), dtype))
        .toList();
  }

  /// The spec of an array.
  static TensorSpec spec(String name, NDArray array, DType dtype) {
    long[] dimensions = array.getShape().getShape();
    return new TensorSpec(name, dtype, dev.kumiai.core.tensor.Shape.of(dimensions));
  }

  PackedPixels layout() {
    return layout;
  }

  DiffusionDesign design() {
    return design;
  }

  /// Where this network's arrays live.
  NDManager manager() {
    return manager;
  }

  /// The weights by name, in a fixed order.
  Map<String, NDArray> weights() {
    return Collections.unmodifiableMap(weights);
  }

  /// Takes over weights of exactly its names and shapes, in any floating-point format.
  void load(ModelWeights values) {
    weights.forEach((name, array) -> array.set(FloatBuffer.wrap(values.get(name).toFloats())));
  }

  /// Predicts `v` and returns its values.
  ///
  /// @param z packed images
  /// @param t their time
  /// @param conditions one for each of equal parts of the images, or more than there are images:
  ///   the rest belongs to none
  float[] velocity(float[] z, double t, List<Condition> conditions) {
    double[] times = new double[conditions.size()];
    Arrays.fill(times, t);
    try (NDManager scope = manager.newSubManager()) {
      return predict(scope.create(z, shape(z.length / layout.values())), times, conditions, false)
          .toFloatArray();
    }
  }

  /// Predicts `v` in the scope of `z`.
  ///
  /// @param z `[samples, channels, size, size]`
  /// @param times one for each condition
  /// @param conditions as of [#velocity]
  NDArray predict(NDArray z, double[] times, List<Condition> conditions, boolean training) {
    int rows = times.length;
    int embedding = design.architecture().embedding();
    int labels = design.classes() + 1;
    int words = design.vocabulary().words().size();
    float[] sinusoids = new float[rows * embedding];
    float[] oneHot = new float[rows * labels];
    float[] bags = new float[rows * words];
    boolean spoken = false;
    for (int row = 0; row < rows; row++) {
      ConditionVector.sinusoids(times[row], sinusoids, row * embedding, embedding);
      oneHot[row * labels + conditions.get(row).label()] = 1;
      for (int word : conditions.get(row).words()) {
        bags[row * words + word] = 1;
        spoken = true;
      }
    }
    NDManager scope = z.getManager();
    NDList inputs =
        new NDList(
            z,
            scope.create(sinusoids, new Shape(rows, embedding)),
            scope.create(oneHot, new Shape(rows, labels)));
    if (spoken || (training && words > 0)) {
      inputs.add(scope.create(bags, new Shape(rows, words)));
    }
    return network.forward(store, inputs, training).singletonOrThrow();
  }

  /// Shape of packed images.
  Shape shape(int samples) {
    return new Shape(samples, layout.channels(), layout.size(), layout.size());
  }

  @Override
  public void close() {
    manager.close();
  }
}
