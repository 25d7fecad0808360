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
import dev.kumiai.engine.data.ImageForm;
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
  private final int classes;
  private final int embedding;

  /// @param trainable whether gradients of the weights are wanted
  Denoiser(
      DiffusionArchitecture architecture,
      ImageForm form,
      PixelScale scale,
      int classes,
      EngineDevice device,
      boolean trainable) {
    this.layout = new PackedPixels(form, scale, architecture.pixelMultiple());
    this.classes = classes;
    this.embedding = architecture.embedding();
    this.manager = device.newScope();
    this.store = new ParameterStore(manager, false);
    this.network = new UNet(architecture, layout.channels(), classes);
    network.freezeParameters(!trainable);
    network.setInitializer(Initializer.ZEROS, _ -> true);
    network.initialize(
        manager,
        DataType.FLOAT32,
        shape(1),
        Layers.vectors(embedding),
        Layers.vectors(classes + 1));
    this.weights = named(network);
  }

  /// The weights of an initialised block by name: `stem.weight`.
  static Map<String, NDArray> named(Block block) {
    Map<String, NDArray> named = new LinkedHashMap<>();
    Weights.parameters(block).forEach((name, parameter) -> named.put(name, parameter.getArray()));
    return named;
  }

  /// The tensors that such a network has.
  static List<TensorSpec> specs(
      DiffusionArchitecture architecture, ImageForm form, int classes, DType dtype) {
    try (Denoiser denoiser =
        new Denoiser(
            architecture, form, new PixelScale(0, 1), classes, EngineDevice.cpu(1), false)) {
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

  /// The label that stands for "no class".
  int noClass() {
    return classes;
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
  /// @param labels one for each of equal parts of the images
  float[] velocity(float[] z, double t, int... labels) {
    double[] times = new double[labels.length];
    Arrays.fill(times, t);
    try (NDManager scope = manager.newSubManager()) {
      return predict(scope.create(z, shape(z.length / layout.values())), times, labels, false)
          .toFloatArray();
    }
  }

  /// Predicts `v` in the scope of `z`.
  ///
  /// @param z `[samples, channels, size, size]`
  /// @param times one for each of equal parts of the images
  /// @param labels likewise
  NDArray predict(NDArray z, double[] times, int[] labels, boolean training) {
    int rows = times.length;
    float[] sinusoids = new float[rows * embedding];
    float[] oneHot = new float[rows * (classes + 1)];
    for (int row = 0; row < rows; row++) {
      TimeAndLabel.sinusoids(times[row], sinusoids, row * embedding, embedding);
      oneHot[row * (classes + 1) + labels[row]] = 1;
    }
    NDManager scope = z.getManager();
    NDList inputs =
        new NDList(
            z,
            scope.create(sinusoids, new Shape(rows, embedding)),
            scope.create(oneHot, new Shape(rows, classes + 1)));
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
