package dev.kumiai.kubernetes.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/// The schema of the REST API in the form that a custom resource definition takes: without
/// references, bounds as in draft 4 of JSON Schema, and patterns that Go understands.
final class RestSchema {

  private static final String REF = "#/components/schemas/";

  private final JsonNode components;
  private final RecordDocs docs;

  /// @param openapi the description of the REST API
  RestSchema(Path openapi, RecordDocs docs) {
    try {
      this.components = new YAMLMapper().readTree(openapi.toFile()).at("/components/schemas");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.docs = docs;
  }

  /// The schema of a component.
  ObjectNode of(String component) {
    JsonNode found = components.path(component);
    if (!(found instanceof ObjectNode schema)) {
      throw new IllegalArgumentException("the REST API has no " + component);
    }
    ObjectNode copy = inlined(schema.deepCopy());
    describe(copy, docs.of(component));
    return copy;
  }

  private static void describe(ObjectNode schema, Map<String, String> docs) {
    schema
        .path("properties")
        .forEachEntry(
            (name, property) -> {
              if (docs.containsKey(name) && property instanceof ObjectNode object) {
                object.put("description", docs.get(name));
              }
            });
  }

  private ObjectNode inlined(ObjectNode schema) {
    String reference = schema.path("$ref").asText();
    if (!reference.isEmpty()) {
      return of(reference.substring(REF.length()));
    }
    bound(schema, "exclusiveMinimum", "minimum");
    bound(schema, "exclusiveMaximum", "maximum");
    restrictPattern(schema);
    if (schema.get("properties") instanceof ObjectNode properties) {
      properties.properties().forEach(property -> property.setValue(inlined(property.getValue())));
    }
    for (String part : new String[] {"items", "additionalProperties"}) {
      if (schema.get(part) instanceof ObjectNode inner) {
        schema.set(part, inlined(inner));
      }
    }
    return schema;
  }

  private JsonNode inlined(JsonNode schema) {
    return schema instanceof ObjectNode object ? inlined(object) : schema;
  }

  /// A bound that is excluded is a number of its own in newer drafts and a flag in draft 4.
  private static void bound(ObjectNode schema, String exclusive, String bound) {
    if (schema.path(exclusive).isNumber()) {
      schema.set(bound, schema.get(exclusive));
      schema.put(exclusive, true);
    }
  }

  /// Java's patterns match the whole and know looking ahead; Go's do neither. What is in doubt, the
  /// aggregator checks.
  private static void restrictPattern(ObjectNode schema) {
    String pattern = schema.path("pattern").asText();
    if (pattern.startsWith("(?=.{1,80}$)")) {
      schema.put("minLength", 1).put("maxLength", 80);
      pattern = pattern.substring("(?=.{1,80}$)".length());
    }
    if (!pattern.isEmpty()) {
      String go = pattern.replace("p{Cntrl}", "p{Cc}").replace("P{Cntrl}", "P{Cc}");
      boolean anywhere = go.equals("\\S") || go.startsWith("^");
      schema.put("pattern", anywhere ? go : "^(" + go + ")$");
    }
  }
}
