package dev.kumiai.kubernetes.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CustomResourceInfo;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Makes the definitions of the custom resources from their classes, their documentation and the
/// schema of the REST API.
final class Definitions {

  private static final Path SOURCES = Path.of("src/main/java/dev/kumiai/kubernetes/resource");
  private static final Path REST_SOURCES =
      Path.of("../protocol/src/main/java/dev/kumiai/protocol/run");
  private static final Path OPENAPI = Path.of("../aggregation/openapi.yaml");

  /// What a field of a FederatedRun's spec is to the REST API.
  private static final Map<String, String> REST_TYPES =
      Map.of(
          "data", "DataSpec",
          "model", "ModelSpec",
          "training", "TrainingSpec",
          "strategy", "StrategySpec",
          "generation", "GenerationSpec",
          "round", "RoundSpec",
          "evaluation", "EvaluationSpec",
          "retention", "RetentionSpec");

  /// What may change in the spec of a run that has started.
  private static final List<String> CHANGEABLE =
      List.of("suspend", "roundTrigger", "ttlSecondsAfterFinished", "roundsHistoryLimit");

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  private final RecordDocs docs = new RecordDocs(SOURCES);
  private final RestSchema rest = new RestSchema(OPENAPI, new RecordDocs(REST_SOURCES));

  /// The text of each definition, by the name of its file.
  Map<String, String> all() {
    Map<String, String> definitions = new TreeMap<>();
    generated()
        .forEach(
            (name, text) -> {
              try {
                ObjectNode definition = (ObjectNode) YAML.readTree(text);
                complete(definition);
                definitions.put(
                    definition.at("/spec/names/plural").asText() + ".yaml",
                    "# Generated from the classes of services/kubernetes; renewed by its tests with -Dregenerate.\n"
                        + YAML.writeValueAsString(definition));
              } catch (IOException e) {
                throw new UncheckedIOException(name, e);
              }
            });
    return definitions;
  }

  private static final List<Class<? extends CustomResource<?, ?>>> RESOURCES =
      List.of(FederatedRun.class, FederatedRound.class, Site.class, FederationRuntime.class);

  private static Map<String, String> generated() {
    Memory memory = new Memory();
    new CRDGenerator()
        .forCRDVersions("v1")
        .customResources(
            RESOURCES.stream()
                .map(CustomResourceInfo::fromClass)
                .toArray(CustomResourceInfo[]::new))
        .withParallelGenerationEnabled(false)
        .withOutput(memory)
        .detailedGenerate();
    return memory.texts();
  }

  private void complete(ObjectNode definition) {
    ObjectNode version = (ObjectNode) definition.at("/spec/versions/0");
    ObjectNode schema = (ObjectNode) version.at("/schema/openAPIV3Schema");
    String kind = definition.at("/spec/names/kind").asText();
    ObjectNode spec = (ObjectNode) schema.at("/properties/spec");
    describe(spec, kind + "Spec");
    if (schema.at("/properties/status") instanceof ObjectNode status) {
      describe(status, kind + "Status");
    }
    schema.putArray("required").add("spec");
    orderColumns(version, kind);
    if (kind.equals("FederatedRun")) {
      ObjectNode properties = (ObjectNode) spec.get("properties");
      REST_TYPES.forEach((field, type) -> properties.set(field, restType(kind, field, type)));
      ObjectNode run = rest.of("RunSpec");
      for (String field : List.of("name", "seed", "rounds", "sites")) {
        ObjectNode property = (ObjectNode) run.at("/properties/" + field);
        property.put("description", docs.of("FederatedRunSpec").get(field));
        properties.set(field, property);
      }
      addRules(schema, properties);
    }
  }

  /// The generator sorts columns; people see them in the order in which the class has them.
  private static void orderColumns(ObjectNode version, String kind) {
    Map<String, JsonNode> byName = new HashMap<>();
    version.get("additionalPrinterColumns").forEach(c -> byName.put(c.path("name").asText(), c));
    ArrayNode ordered = version.putArray("additionalPrinterColumns");
    RESOURCES.stream()
        .filter(resource -> resource.getSimpleName().equals(kind))
        .flatMap(type -> Stream.of(type.getAnnotationsByType(AdditionalPrinterColumn.class)))
        .forEach(column -> ordered.add(byName.get(column.name())));
  }

  private ObjectNode restType(String kind, String field, String type) {
    ObjectNode schema = rest.of(type);
    schema.put("description", docs.of(kind + "Spec").get(field));
    if (field.equals("round")) {
      // It is roundTrigger here.
      ((ObjectNode) schema.get("properties")).remove("trigger");
    }
    return schema;
  }

  /// Descriptions of a record and of those in it: a property's own record is found by its name.
  private void describe(ObjectNode schema, String record) {
    Map<String, String> known = docs.of(record);
    JsonNode properties = schema.path("properties");
    properties
        .properties()
        .forEach(
            property -> {
              ObjectNode inner = (ObjectNode) property.getValue();
              String doc = known.get(property.getKey());
              if (doc != null) {
                inner.put("description", doc);
              }
              NESTED.getOrDefault(record, Map.of()).entrySet().stream()
                  .filter(nested -> nested.getKey().equals(property.getKey()))
                  .forEach(
                      nested ->
                          describe(
                              inner.path("items") instanceof ObjectNode item ? item : inner,
                              nested.getValue()));
            });
  }

  private static final Map<String, Map<String, String>> NESTED =
      Map.of(
          "FederatedRunSpec", Map.of("runtimeRef", "RuntimeRef"),
          "FederatedRunStatus", Map.of("lastRounds", "RoundSummary"),
          "FederatedRoundSpec", Map.of("runRef", "RunRef"),
          "FederatedRoundStatus", Map.of("tasks", "SiteTask"),
          "SiteSpec",
              Map.of(
                  "volumes", "Volumes", "gpu", "Gpu", "warm", "Warm", "runtimeRef", "RuntimeRef"),
          "SiteStatus", Map.of("datasets", "Dataset"),
          "Volumes", Map.of("site", "Claim", "privateData", "Claim", "models", "Claim"),
          "FederationRuntimeSpec",
              Map.of(
                  "localTraining", "Service", "generation", "Service", "trustStore", "TrustStore"));

  /// For servers that evaluate CEL; the reconciler looks at the same for those that do not.
  private static void addRules(ObjectNode schema, ObjectNode spec) {
    ObjectNode started = schema.withArray("x-kubernetes-validations").addObject();
    StringBuilder same = new StringBuilder();
    spec.fieldNames()
        .forEachRemaining(
            field -> {
              if (!CHANGEABLE.contains(field)) {
                same.append(same.isEmpty() ? "" : " && ")
                    .append(
                        "(has(self.spec.%1$s) == has(oldSelf.spec.%1$s) && (!has(self.spec.%1$s) || self.spec.%1$s == oldSelf.spec.%1$s))"
                            .formatted(field));
              }
            });
    started
        .put("rule", "!has(oldSelf.status) || !has(oldSelf.status.run) || (" + same + ")")
        .put(
            "message",
            "the spec of a run that has started cannot change, but for "
                + String.join(", ", CHANGEABLE)
                + ": delete the run and create it anew");
    ObjectNode sites = schema.withArray("x-kubernetes-validations").addObject();
    sites
        .put("rule", "has(self.spec.sites) != has(self.spec.siteSelector)")
        .put("message", "say who takes part by either sites or siteSelector");
  }

  /// Keeps what the generator writes.
  private static final class Memory implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {

    private final Map<String, ByteArrayOutputStream> files = new HashMap<>();

    Map<String, String> texts() {
      Map<String, String> texts = new TreeMap<>();
      files.forEach((name, bytes) -> texts.put(name, bytes.toString(StandardCharsets.UTF_8)));
      return texts;
    }

    @Override
    public ByteArrayOutputStream outputFor(String name) {
      return files.computeIfAbsent(name, _ -> new ByteArrayOutputStream());
    }

    @Override
    public URI crdURI(String name) {
      return Path.of(name).toUri();
    }

    @Override
    public void close() throws IOException {
      for (OutputStream file : files.values()) {
        file.close();
      }
    }
  }
}
