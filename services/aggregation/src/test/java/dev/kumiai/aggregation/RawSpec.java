package dev.kumiai.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kumiai.core.Digest;
import dev.kumiai.protocol.KumiaiJson;
import dev.kumiai.protocol.error.Problem;
import io.restassured.RestAssured;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A run's spec as JSON that nobody has checked.
final class RawSpec {

  static final String ANY_DIGEST = Digest.of(new byte[] {5}).toString();

  private static final ObjectMapper JSON = KumiaiJson.mapper();

  private RawSpec() {}

  static ObjectNode spec(TinySite... sites) {
    ObjectNode spec = JSON.createObjectNode();
    spec.put("name", "run").put("rounds", 1);
    spec.putObject("model").put("architecture", "CNN");
    ArrayNode classes = spec.putObject("data").put("dataset", "castings").putArray("classes");
    TinySite.CLASSES.forEach(classes::add);
    ArrayNode names = spec.putArray("sites");
    List.of(sites).forEach(site -> names.add(site.id().value()));
    return spec;
  }

  static ObjectNode at(ObjectNode spec, String field) {
    return spec.withObjectProperty(field);
  }

  /// What each place of a refused spec is told; empty when it was taken.
  static Map<String, String> mistakes(ObjectNode spec) {
    JsonNode answer =
        RestAssured.given()
            .contentType("application/json")
            .body(spec.toString())
            .post("/api/v1/runs")
            .then()
            .extract()
            .as(JsonNode.class);
    Map<String, String> mistakes = new TreeMap<>();
    if (answer.has("violations")) {
      assertThat(answer.path("type").asText()).isEqualTo(Problem.TYPE_PREFIX + "run-spec-invalid");
      answer
          .path("violations")
          .forEach(
              violation ->
                  mistakes.merge(
                      violation.path("where").asText(),
                      violation.path("what").asText(),
                      (left, right) -> left + "; " + right));
    }
    return mistakes;
  }

  static ObjectNode strategy(ObjectNode spec, String name) {
    return at(spec, "strategy").put("name", name).withObjectProperty("parameters");
  }
}
