package dev.kumiai.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kumiai.core.SiteId;
import dev.kumiai.protocol.run.DataSpec;
import dev.kumiai.protocol.run.EvaluationSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// What the `partition` verb made.
record Experiment(Path folder, JsonNode json) {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /// Two small plants that make castings, in the colours of the generator that comes with them.
  static Experiment castings(Path folder) {
    return partition(
        folder,
        "--data",
        "castings",
        "--sites",
        "2",
        "--limit",
        "64",
        "--public",
        "0",
        "--channels",
        "3",
        "--seed",
        "3");
  }

  /// Runs the verb as a user would.
  static Experiment partition(Path folder, String... options) {
    Path out = folder.resolve("experiment");
    List<String> arguments = new ArrayList<>(List.of("partition", "--out", out.toString()));
    arguments.addAll(List.of(options));
    try (Service verb =
        Service.start(
            "partition", "local-training", folder, Map.of(), arguments.toArray(String[]::new))) {
      if (verb.awaitExit(PATIENCE) != 0) {
        throw new AssertionError(verb.said());
      }
    }
    return read(out);
  }

  private static Experiment read(Path out) {
    try {
      return new Experiment(
          out, new ObjectMapper().readTree(out.resolve("experiment.json").toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The same data in another folder, where nothing was generated yet.
  Experiment copyTo(Path target) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted().toList()) {
        Path copy = target.resolve(folder.relativize(file));
        if (!file.startsWith(root()) || !root().relativize(file).toString().contains("generated")) {
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read(target);
  }

  /// The data root of workers.
  Path root() {
    return folder.resolve("sites");
  }

  List<SiteId> sites() {
    return StreamSupport.stream(json.get("sites").spliterator(), false)
        .map(site -> new SiteId(site.get("name").asText()))
        .toList();
  }

  SiteId evaluator() {
    return new SiteId(json.get("evaluator").get("name").asText());
  }

  /// Who the training process of a test works for.
  List<SiteId> everybody() {
    return Stream.concat(sites().stream(), Stream.of(evaluator())).toList();
  }

  DataSpec data() {
    return data(0.05);
  }

  DataSpec data(double maxUnreadableShare) {
    List<String> classes =
        StreamSupport.stream(json.get("classes").spliterator(), false)
            .map(JsonNode::asText)
            .toList();
    return new DataSpec(
        json.get("dataset").asText(),
        classes,
        json.get("imageSize").asInt(),
        json.get("channels").asInt(),
        maxUnreadableShare);
  }

  EvaluationSpec evaluation() {
    return new EvaluationSpec(List.of(evaluator()), json.get("testDataset").asText(), 1, null);
  }
}
