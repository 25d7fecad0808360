package dev.kumiai.engine.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.kumiai.core.KumiaiException;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.LabelledImages;
import java.util.stream.IntStream;

/// A trained network that stays on its device and tells what it makes of images. For one thread;
/// closing it frees the device.
public final class Predictor implements AutoCloseable {

  private static final int BATCH_SIZE = 256;

  private final Network network;
  private final EngineDevice device;
  private final NDManager scope;
  private final LoadedClassifier loaded;

  /// Puts the network on its device.
  ///
  /// @throws KumiaiException.Invalid when the weights are not of this network
  public Predictor(Network network, ModelWeights weights, EngineDevice device) {
    this.network = network;
    this.device = device;
    this.scope = device.newScope();
    this.loaded = network.load(device, scope, weights).requireClassifier();
  }

  public Network network() {
    return network;
  }

  /// Natural logarithms of the probabilities of all classes, `[n][classes]`.
  ///
  /// @throws KumiaiException.Invalid `images-do-not-fit-network` for another form or number of
  ///   classes
  public float[][] logProbabilities(LabelledImages images) {
    return rows(images, LoadedClassifier.Output::logProbabilities);
  }

  /// What the last linear layer gets, `[n][d]`.
  ///
  /// @throws KumiaiException.Invalid `images-do-not-fit-network` for another form or number of
  ///   classes, `network-hides-features` for a TorchScript network
  public float[][] features(LabelledImages images) {
    return rows(images, LoadedClassifier.Output::requireFeatures);
  }

  /// Cross-entropy of each image's own class in nats, `[n]`.
  public double[] losses(LabelledImages images) {
    float[][] logProbabilities = logProbabilities(images);
    return IntStream.range(0, images.size())
        .mapToDouble(i -> -logProbabilities[i][images.label(i)])
        .toArray();
  }

  /// What one wants of the output, `[n, d]`.
  private interface Wanted {
    NDArray of(LoadedClassifier.Output output);
  }

  private float[][] rows(LabelledImages images, Wanted wanted) {
    network.requireFits(images);
    float[][] rows = new float[images.size()][];
    for (int start = 0; start < rows.length; start += BATCH_SIZE) {
      int[] indices = IntStream.range(start, Math.min(rows.length, start + BATCH_SIZE)).toArray();
      try (NDManager step = scope.newSubManager()) {
        NDArray found = wanted.of(loaded.evaluate(Batch.of(images, indices, step).images()));
        float[] values = found.toFloatArray();
        int width = values.length / indices.length;
        for (int i = 0; i < indices.length; i++) {
          rows[start + i] = new float[width];
          System.arraycopy(values, i * width, rows[start + i], 0, width);
        }
      }
    }
    return rows;
  }

  public EngineDevice device() {
    return device;
  }

  @Override
  public void close() {
    scope.close();
  }
}
