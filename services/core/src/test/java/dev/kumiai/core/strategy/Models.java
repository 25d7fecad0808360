package dev.kumiai.core.strategy;

import dev.kumiai.core.Progress;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Stored models and updates for tests.
record Models(Path folder) {

  SafetensorsFile store(Tensor... tensors) throws IOException {
    Path path = folder.resolve(UUID.randomUUID() + ".safetensors");
    SafetensorsWriter.write(path, ModelWeights.of(List.of(tensors)), Map.of());
    return SafetensorsFile.open(path);
  }

  /// An update of one float32 tensor `w`.
  Update update(String site, long examples, float... values) throws IOException {
    return new Update(
        new SiteId(site), examples, store(Tensor.ofFloats("w", Shape.of(values.length), values)));
  }

  static Updates updates(Update... updates) {
    return Updates.of(updates[0].weights(), Arrays.asList(updates));
  }

  /// The next model, stored.
  Path aggregate(Strategy strategy, int threads, Updates updates) throws IOException {
    Path path = folder.resolve("next-" + UUID.randomUUID());
    try (SafetensorsWriter model = SafetensorsWriter.create(path, updates.specs(), Map.of())) {
      new Aggregation(strategy, threads).run(updates, model, Progress.SILENT);
      model.finish();
    }
    return path;
  }

  /// The next values of tensor `w`.
  float[] next(Strategy strategy, Updates updates) throws IOException {
    return tensor(strategy, updates, "w").toFloats();
  }

  Tensor tensor(Strategy strategy, Updates updates, String name) throws IOException {
    try (SafetensorsFile next = SafetensorsFile.open(aggregate(strategy, 2, updates))) {
      return next.weights().get(name);
    }
  }
}
