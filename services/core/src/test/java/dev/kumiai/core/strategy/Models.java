package dev.kumiai.core.strategy;

import dev.kumiai.core.Progress;
import dev.kumiai.core.SiteId;
import dev.kumiai.core.tensor.ModelWeights;
import dev.kumiai.core.tensor.SafetensorsFile;
import dev.kumiai.core.tensor.SafetensorsWriter;
import dev.kumiai.core.tensor.Shape;
import dev.kumiai.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Stored models and updates for tests.
public record Models(Path folder) {

  public SafetensorsFile store(Tensor... tensors) throws IOException {
    Path path = folder.resolve(UUID.randomUUID() + ".safetensors");
    SafetensorsWriter.write(path, ModelWeights.of(List.of(tensors)), Map.of());
    return SafetensorsFile.open(path);
  }

  /// The same for a float32 tensor `w` and an int64 one `n`, without forcing it to the disk: for
  /// tests that store many.
  public SafetensorsFile storeQuickly(float[] w, long[] n) throws IOException {
    int longs = Long.BYTES * n.length;
    String header =
        """
        {"n":{"dtype":"I64","shape":[%d],"data_offsets":[0,%d]},\
        "w":{"dtype":"F32","shape":[%d],"data_offsets":[%d,%d]}}"""
            .formatted(n.length, longs, w.length, longs, longs + Float.BYTES * w.length);
    byte[] json = header.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES + json.length + longs + Float.BYTES * w.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json);
    for (long value : n) {
      bytes.putLong(value);
    }
    for (float value : w) {
      bytes.putFloat(value);
    }
    Path path = folder.resolve(UUID.randomUUID() + ".safetensors");
    Files.write(path, bytes.array());
    return SafetensorsFile.open(path);
  }

  /// An update of one float32 tensor `w`.
  public Update update(String site, long examples, float... values) throws IOException {
    return new Update(
        new SiteId(site), examples, store(Tensor.ofFloats("w", Shape.of(values.length), values)));
  }

  public static Updates updates(Update... updates) {
    return Updates.of(updates[0].weights(), Arrays.asList(updates));
  }

  /// What a round leaves behind.
  ///
  /// @param states by their names
  public record Next(
      Path file,
      SafetensorsFile model,
      Map<String, Path> stateFiles,
      Map<String, SafetensorsFile> states) {}

  /// The next model and states, stored and opened.
  ///
  /// @param before the states of the round before; none before the first
  public Next round(
      Strategy strategy, int threads, Updates updates, Map<String, SafetensorsFile> before)
      throws IOException {
    Map<String, SafetensorsWriter> writers = new LinkedHashMap<>();
    Map<String, ServerState> states = new LinkedHashMap<>();
    Map<String, Path> paths = new LinkedHashMap<>();
    for (String name : strategy.states()) {
      paths.put(name, folder.resolve(name + "-" + UUID.randomUUID()));
      writers.put(name, SafetensorsWriter.create(paths.get(name), updates.stateSpecs(), Map.of()));
      states.put(name, new ServerState(before.get(name), writers.get(name)));
    }
    Path path = folder.resolve("next-" + UUID.randomUUID());
    try (SafetensorsWriter model = SafetensorsWriter.create(path, updates.specs(), Map.of())) {
      new Aggregation(strategy, threads).run(updates, states, model, Progress.SILENT);
      model.finish();
      for (SafetensorsWriter writer : writers.values()) {
        writer.finish();
      }
    } finally {
      for (SafetensorsWriter writer : writers.values()) {
        writer.close();
      }
    }
    Map<String, SafetensorsFile> after = new LinkedHashMap<>();
    for (Map.Entry<String, Path> state : paths.entrySet()) {
      after.put(state.getKey(), SafetensorsFile.open(state.getValue()));
    }
    return new Next(path, SafetensorsFile.open(path), paths, after);
  }

  /// The next model, stored.
  public Path aggregate(Strategy strategy, int threads, Updates updates) throws IOException {
    Path path = folder.resolve("next-" + UUID.randomUUID());
    try (SafetensorsWriter model = SafetensorsWriter.create(path, updates.specs(), Map.of())) {
      new Aggregation(strategy, threads).run(updates, model, Progress.SILENT);
      model.finish();
    }
    return path;
  }

  /// The next values of tensor `w`.
  public float[] next(Strategy strategy, Updates updates) throws IOException {
    return tensor(strategy, updates, "w").toFloats();
  }

  public Tensor tensor(Strategy strategy, Updates updates, String name) throws IOException {
    try (SafetensorsFile next = SafetensorsFile.open(aggregate(strategy, 2, updates))) {
      return next.weights().get(name);
    }
  }
}
