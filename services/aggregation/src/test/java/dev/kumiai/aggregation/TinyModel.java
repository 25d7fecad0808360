package dev.kumiai.aggregation;

import dev.kumiai.core.Digest;
import dev.kumiai.core.strategy.Updates;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import dev.kumiai.core.tensor.TensorSpec;
import dev.kumiai.protocol.task.UpdateMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A model of a few numbers that "trains" by adding numbers drawn from the task's seed, so that a
/// test can work out by itself what has to come of a run.
final class TinyModel {

  static final int CLASSES = 3;
  static final int FEATURES = 5;

  private TinyModel() {}

  static ModelWeights of(float[] weight, float[] bias) {
    return ModelWeights.of(
        List.of(
            Tensor.ofFloats("output.weight", Shape.of(CLASSES, weight.length / CLASSES), weight),
            Tensor.ofFloats("output.bias", Shape.of(CLASSES), bias)));
  }

  static ModelWeights initial(long seed) {
    return initial(seed, FEATURES);
  }

  static ModelWeights initial(long seed, int features) {
    return of(draw(seed, CLASSES * features), draw(seed + 1, CLASSES));
  }

  static ModelWeights trained(ModelWeights global, long seed) {
    float[] weight = global.get("output.weight").toFloats();
    return of(
        plus(weight, draw(seed, weight.length)),
        plus(global.get("output.bias").toFloats(), draw(seed + 1, CLASSES)));
  }

  /// An update of SCAFFOLD: the changes of the control variate are drawn, too.
  static ModelWeights withControls(ModelWeights trained, long seed) {
    List<Tensor> tensors = new ArrayList<>(trained.tensors());
    for (TensorSpec spec : Updates.controlSpecs(trained.specs())) {
      tensors.add(Tensor.ofFloats(spec, draw(seed + 2, (int) spec.elements())));
    }
    return ModelWeights.of(tensors);
  }

  private static float[] draw(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  private static float[] plus(float[] left, float[] right) {
    float[] sum = left.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += right[i];
    }
    return sum;
  }

  static ModelWeights read(Path file) {
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      return weights.weights();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Digest write(Path file, ModelWeights weights) {
    return write(file, weights, Map.of());
  }

  static Digest writeUpdate(Path file, ModelWeights weights, UpdateMetadata metadata) {
    return write(file, weights, metadata.toMap());
  }

  static Digest write(Path file, ModelWeights weights, Map<String, String> metadata) {
    try {
      return SafetensorsWriter.write(file, weights, metadata);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
