package dev.kumiai.engine.quality;

import dev.kumiai.core.quality.Embeddings;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.engine.EngineDevice;
import dev.kumiai.engine.data.ImageForm;
import dev.kumiai.engine.data.LabelledImages;
import dev.kumiai.engine.model.Architecture;
import dev.kumiai.engine.model.Network;
import dev.kumiai.engine.model.Predictor;
import java.util.Arrays;
import java.util.List;

/// Makes points of images, so that distances between them mean something: the channels of the last
/// layer before the classes of a `cnn`, each averaged over the image, `[n, 128]`. Averaged, because
/// 2,048 values of a few hundred samples have no covariance that one could know. For one thread;
/// closing it frees the device.
public final class Embedder implements AutoCloseable {

  /// Values of one image.
  public static final int DIMENSIONS = 128;

  /// Positions of a channel, row by row, as [Architecture#CNN] hands them to its last layer.
  private static final int POSITIONS = 16;

  private static final long RANDOM_WEIGHTS_SEED = 20231210;

  private final String name;
  private final Predictor predictor;

  private Embedder(String name, Predictor predictor) {
    this.name = name;
    this.predictor = predictor;
  }

  /// Whether the features of a network are those of a `cnn`.
  static boolean reads(Network network) {
    return network
        .specs()
        .equals(Network.of(Architecture.CNN, network.form(), network.classes()).specs());
  }

  /// That of a `cnn` which was trained to tell the site's own classes apart. It sees what matters
  /// for them, and is another one at every site: its distances cannot be compared between sites.
  static Embedder trained(Network network, ModelWeights weights, EngineDevice device) {
    return new Embedder("site-cnn-128", new Predictor(network, weights, device));
  }

  /// That of a `cnn` as it is before any training, the same for all sites: a weak embedding that
  /// sees edges, texture and colour, and none of what tells classes apart, but one that takes no
  /// data.
  static Embedder random(ImageForm form, EngineDevice device) {
    Network network = Network.of(Architecture.CNN, form, 2);
    return new Embedder(
        "random-cnn-128",
        new Predictor(network, network.initialWeights(RANDOM_WEIGHTS_SEED), device));
  }

  /// The name to tell with every distance in this embedding.
  public String name() {
    return name;
  }

  /// Makes a point of each image.
  ///
  /// @return `[n, 128]`
  public Embeddings embed(LabelledImages images) {
    float[][] features = predictor.features(fitting(images));
    float[] values = new float[features.length * DIMENSIONS];
    for (int i = 0; i < features.length; i++) {
      for (int c = 0; c < DIMENSIONS; c++) {
        float sum = 0;
        for (int p = 0; p < POSITIONS; p++) {
          sum += features[i][c * POSITIONS + p];
        }
        values[i * DIMENSIONS + c] = sum / POSITIONS;
      }
    }
    return Embeddings.of(features.length, DIMENSIONS, values);
  }

  /// The images under as many classes as the network has: an embedding does not read labels.
  private LabelledImages fitting(LabelledImages images) {
    int classes = predictor.network().classes();
    String[] names = new String[classes];
    Arrays.setAll(names, c -> "class-" + c);
    return Relabelled.all(images, List.of(names), 0);
  }

  @Override
  public void close() {
    predictor.close();
  }
}
