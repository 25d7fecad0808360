package dev.kumiai.acceptance.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kumiai.acceptance.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Consumer;

/// The files of k8s/samples.
final class Samples {

  private static final YAMLMapper YAML = new YAMLMapper();

  /// What the REST API does not know of a FederatedRun's spec.
  private static final List<String> OF_KUBERNETES =
      List.of("executor", "suspend", "roundTrigger", "ttlSecondsAfterFinished", "runtimeRef");

  private Samples() {}

  /// A sample as it stands there.
  static String text(String name) {
    try {
      return Files.readString(Checkout.ROOT.resolve("k8s/samples").resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The first document of a sample; `site` is that of sites.yaml.
  static ObjectNode one(String name) {
    try {
      return (ObjectNode) YAML.readTree(text(name.equals("site") ? "sites.yaml" : name));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A run of the sites of sites.yaml that generates nothing and is over soon.
  ///
  /// @param change of its spec
  static String run(String name, Consumer<ObjectNode> change) {
    ObjectNode run = one("run.yaml");
    ((ObjectNode) run.get("metadata")).put("name", name);
    ObjectNode spec = (ObjectNode) run.get("spec");
    spec.remove("generation");
    ((ObjectNode) spec.get("model")).put("architecture", "MLP");
    ((ObjectNode) spec.get("training")).put("steps", 1);
    change.accept(spec);
    return run.toString();
  }

  /// The run of a sample, as the REST API takes it.
  static String restSpec(String name) {
    ObjectNode run = one(name);
    ObjectNode spec = (ObjectNode) run.get("spec");
    spec.remove(OF_KUBERNETES);
    spec.set("name", run.at("/metadata/name"));
    return spec.toString();
  }

  static JsonNode json(String text) {
    try {
      return YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(text, e);
    }
  }
}
