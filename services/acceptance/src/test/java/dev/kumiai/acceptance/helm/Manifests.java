package dev.kumiai.acceptance.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Kubernetes objects, parsed.
public record Manifests(List<JsonNode> all) {

  public Manifests {
    all = List.copyOf(all);
  }

  /// @param text YAML documents
  static Manifests parse(String text) {
    try (var documents = Chart.YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      return new Manifests(
          documents.readAll().stream().filter(document -> !document.isEmpty()).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }

  List<JsonNode> of(String kind) {
    return all.stream().filter(manifest -> manifest.at("/kind").asText().equals(kind)).toList();
  }

  JsonNode one(String kind) {
    List<JsonNode> found = of(kind);
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " of kind " + kind + " among " + names());
    }
    return found.getFirst();
  }

  JsonNode one(String kind, String name) {
    return of(kind).stream()
        .filter(manifest -> name(manifest).equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " " + name + " among " + names()));
  }

  /// The resources of ours that the aggregator applies, out of the ConfigMap that brings them.
  Manifests resources() {
    return of("ConfigMap").stream()
        .map(map -> map.at("/data/resources.yaml").asText())
        .filter(text -> !text.isEmpty())
        .findFirst()
        .map(Manifests::parse)
        .orElseGet(() -> new Manifests(List.of()));
  }

  boolean has(String kind) {
    return !of(kind).isEmpty();
  }

  /// Kind, namespace and name of each.
  Set<String> names() {
    return all.stream()
        .map(
            manifest ->
                "%s %s/%s"
                    .formatted(
                        manifest.at("/kind").asText(),
                        manifest.at("/metadata/namespace").asText(),
                        name(manifest)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// The pods that are described, whatever makes them.
  List<JsonNode> podSpecs() {
    return all.stream()
        .flatMap(
            manifest ->
                switch (manifest.at("/kind").asText()) {
                  case "Deployment", "StatefulSet", "Job" ->
                      Stream.of(manifest.at("/spec/template/spec"));
                  case "Pod" -> Stream.of(manifest.at("/spec"));
                  default -> Stream.of();
                })
        .toList();
  }

  /// The only container of the only pod of a Deployment.
  static JsonNode container(JsonNode deployment) {
    return deployment.at("/spec/template/spec/containers/0");
  }

  static String name(JsonNode manifest) {
    return manifest.at("/metadata/name").asText();
  }

  /// The variable of a container as text, or the Secret it is from as `secret/key`.
  static String env(JsonNode container, String name) {
    return stream(container.at("/env"))
        .filter(variable -> variable.at("/name").asText().equals(name))
        .map(
            variable ->
                variable.has("value")
                    ? variable.at("/value").asText()
                    : variable.at("/valueFrom/secretKeyRef/name").asText()
                        + "/"
                        + variable.at("/valueFrom/secretKeyRef/key").asText())
        .findFirst()
        .orElse("");
  }

  static List<String> texts(JsonNode array) {
    return stream(array).map(JsonNode::asText).toList();
  }

  static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  static Set<String> sorted(Collection<String> texts) {
    return new TreeSet<>(texts);
  }
}
